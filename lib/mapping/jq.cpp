#include "mapping/jq.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

extern "C" {
#include <jq.h>
#include <jv.h>
}

namespace listingd::mapping {

namespace {

constexpr std::size_t largest_output = 1'000'000;

/// Words that reach outside the record: the process' environment, other files, the terminal, the end of the program,
/// and the clock and the time zone, since the same record must always give the same draft.
constexpr std::array<std::string_view, 17> forbidden = {
    "env",    "$ENV",       "input",        "inputs",     "input_filename", "import",          "include",
    "now",    "localtime",  "halt",         "halt_error", "debug",          "get_search_list", "input_line_number",
    "stderr", "modulemeta", "strflocaltime"};

bool word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

/// The first forbidden word outside of strings, comments and field names (".input"); code inside "\( )" counts.
std::string_view forbidden_word(std::string_view text) {
  std::vector<int> parentheses; // an entry for each interpolation that we are in
  bool in_string = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\' && i + 1 < text.size() && text[i + 1] == '(') {
        parentheses.push_back(0);
        in_string = false;
      } else if (c == '"') {
        in_string = false;
      }
      i += c == '\\' ? 2 : 1;
    } else if (c == '"') {
      in_string = true;
      ++i;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (word_character(c)) {
      const auto start = i;
      while (i < text.size() && word_character(text[i])) ++i;
      const auto word = text.substr(start, i - start);
      const bool field = start > 0 && text[start - 1] == '.';
      if (!field && std::ranges::find(forbidden, word) != forbidden.end()) return word;
    } else {
      if (c == '(' && !parentheses.empty()) ++parentheses.back();
      if (c == ')' && !parentheses.empty() && parentheses.back()-- == 0) {
        parentheses.pop_back();
        in_string = true;
      }
      ++i;
    }
  }
  return {};
}

std::string text_of_jv(jv value) { // consumes
  if (jv_get_kind(value) != JV_KIND_STRING) value = jv_dump_string(value, 0);
  std::string out(jv_string_value(value), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(value))));
  jv_free(value);
  return out;
}

/// "jq: error: x at <top-level>, line 1:\n.foo |" -> "x at <top-level>, line 1"
std::string first_line(std::string message) {
  if (const auto end = message.find('\n'); end != std::string::npos) message.resize(end);
  if (message.starts_with("jq: error: ")) message.erase(0, 11);
  if (const auto aside = message.find(" (Unix shell quoting issues?)"); aside != std::string::npos)
    message.erase(aside, 29);
  while (message.ends_with(':') || message.ends_with(' ')) message.pop_back();
  return message;
}

void collect_error(void* into, jv message) {
  auto& text = *static_cast<std::string*>(into);
  auto line = text_of_jv(message);
  if (text.empty()) text = first_line(std::move(line)); // jq adds a count of errors, which says nothing more
}

} // namespace

struct jq_program::state {
  jq_state* jq = nullptr;
  std::string messages;
  std::mutex one_at_a_time;

  ~state() {
    if (jq != nullptr) jq_teardown(&jq);
  }
};

jq_program::jq_program(std::string expression)
    : expression_(std::move(expression)), state_(std::make_unique<state>()) {}

jq_program::~jq_program() = default;

result<std::shared_ptr<const jq_program>> jq_program::compile(std::string_view expression) {
  const auto refuse = [](std::string message) { return bad_data("jq", "jq_invalid", std::move(message)); };
  if (expression.find('\0') != std::string_view::npos) return refuse("holds a zero byte");
  if (const auto word = forbidden_word(expression); !word.empty())
    return refuse("'" + std::string(word) + "' is not allowed in a profile: an expression sees only its record");
  std::shared_ptr<jq_program> made(new jq_program(std::string(expression)));
  auto& state = *made->state_;
  state.jq = jq_init();
  if (state.jq == nullptr) throw std::bad_alloc();
  jq_set_error_cb(state.jq, collect_error, &state.messages);
  if (jq_compile(state.jq, made->expression_.c_str()) == 0)
    return refuse(state.messages.empty() ? "is not a valid jq expression" : state.messages);
  return made;
}

result<std::optional<json::value>> jq_program::run(const std::string& input) const {
  const std::scoped_lock alone(state_->one_at_a_time);
  const auto refuse = [](std::string message) { return bad_data("jq", "jq_failed", std::move(message)); };
  jv value = jv_parse_sized(input.data(), static_cast<int>(input.size()));
  if (!jv_is_valid(value)) {
    jv_free(value);
    return refuse("the input is not JSON");
  }
  jq_start(state_->jq, value, 0);
  jv output = jq_next(state_->jq);
  if (!jv_is_valid(output)) {
    const bool failed = jv_invalid_has_msg(jv_copy(output)) != 0;
    if (!failed) {
      jv_free(output);
      return std::optional<json::value>{};
    }
    return refuse(first_line(text_of_jv(jv_invalid_get_msg(output))));
  }
  const auto text = jv_dump_string(output, 0);
  const std::string_view bytes(jv_string_value(text), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text))));
  if (bytes.size() > largest_output) {
    jv_free(text);
    return refuse("the output is larger than 1 MB");
  }
  auto parsed = parse_json(bytes, "output of jq");
  jv_free(text);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->is_null()) return std::optional<json::value>{};
  return std::optional<json::value>(std::move(*parsed));
}

} // namespace listingd::mapping
