// GLib and libvips keep caches for the life of the process; the leak check of the address sanitizer must not count
// them.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the name is the sanitizer's.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libglib-2.0\nleak:libvips\nleak:libgobject-2.0\nleak:libMagick\nleak:libfontconfig\n";
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)
