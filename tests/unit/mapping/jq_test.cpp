#include "mapping/jq.hpp"

#include "catch.hpp"
#include "model/json.hpp"

#include <thread>

namespace listingd::mapping {

namespace {

std::string refusal(std::string_view expression) {
  const auto made = jq_program::compile(expression);
  return made ? "" : made.error().code + ": " + made.error().message;
}

std::string output(std::string_view expression, const std::string& input = R"({"a": {"b": [1, "x"]}, "env": "mine"})") {
  const auto made = jq_program::compile(expression);
  REQUIRE(made);
  const auto out = (*made)->run(input);
  if (!out) return out.error().code + ": " + out.error().message;
  return *out ? json::serialize(**out) : "nothing";
}

} // namespace

TEST_CASE("an expression gives its first output") {
  CHECK(output(".a.b[1]") == "\"x\"");
  CHECK(output(".a.b[]") == "1");
  CHECK(output(".a | keys") == R"(["b"])");
  CHECK(output(R"("\(.a.b[0]) Wh")") == "\"1 Wh\"");
  CHECK(output("19.99") == "1.999E1"); // shortest text of the same number
}

TEST_CASE("no output and null are nothing") {
  CHECK(output("empty") == "nothing");
  CHECK(output(".missing") == "nothing");
  CHECK(output("nan") == "nothing");
}

TEST_CASE("a failing expression is refused with jq's words, and the next run works") {
  CHECK(output(".a + 1").starts_with("jq_failed: object ({\"b\":[1,\"x\"]}) and number (1) cannot be added"));
  CHECK(output("error(\"because\")") == "jq_failed: because");
  CHECK(output(".", "{broken") == "jq_failed: the input is not JSON");
  const auto made = jq_program::compile(".n + 1");
  REQUIRE(made);
  CHECK_FALSE((*made)->run(R"({"n": []})"));
  CHECK((*made)->run(R"({"n": 1})").value().value() == 2);
}

TEST_CASE("an expression that is no jq is refused at once") {
  CHECK(refusal(".a |").starts_with("jq_invalid: syntax error"));
  CHECK(refusal("no_such_function").starts_with("jq_invalid: no_such_function/0 is not defined"));
  CHECK(refusal(std::string_view(".a\0b", 4)) == "jq_invalid: holds a zero byte");
}

TEST_CASE("words that reach outside the record are refused wherever code stands") {
  for (const auto* expression : {"env",
                                 "env.HOME",
                                 "$ENV.HOME",
                                 "input",
                                 "[inputs]",
                                 "input_filename",
                                 "import \"x\" as x; .",
                                 "include \"x\"; .",
                                 "halt",
                                 "halt_error",
                                 "debug",
                                 ".a | debug",
                                 "stderr",
                                 "get_search_list",
                                 "now",
                                 "localtime",
                                 "strflocaltime(\"%Y\")",
                                 "\"home: \\(env.HOME)\"",
                                 "\"a \\(\"b \\(env)\")\"",
                                 "{env}",
                                 ".a,env",
                                 "# fine\nenv",
                                 ".a\n|\nenv",
                                 "modulemeta",
                                 "input_line_number",
                                 "(.a | env)"}) {
    INFO(expression);
    CHECK(refusal(expression).find("is not allowed in a profile") != std::string::npos);
  }
}

TEST_CASE("the same words are fine as field names, in texts and in comments") {
  CHECK(output(".env") == "\"mine\"");
  CHECK(output("\"env\"") == "\"env\"");
  CHECK(output(".a # env\n| .b[0]") == "1");
  CHECK(output("\"\\(.env) input\"") == "\"mine input\"");
  CHECK(output("\"a \\\"env\"") == R"("a \"env")");
  CHECK(output("def environment: 1; environment") == "1");
}

TEST_CASE("an output beyond 1 MB is refused") {
  CHECK(output("\"x\" * 999990").size() > 999'990);
  CHECK(output("\"x\" * 1000001") == "jq_failed: the output is larger than 1 MB");
}

TEST_CASE("one program may be run by several threads") {
  const auto made = jq_program::compile(".n * 2");
  REQUIRE(made);
  std::array<int, 4> wrong{};
  {
    std::vector<std::jthread> threads;
    threads.reserve(wrong.size());
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const auto out = (*made)->run(R"({"n": )" + std::to_string(t * 1000 + i) + "}");
          if (!out || !*out || **out != 2 * (t * 1000 + i)) ++wrong.at(static_cast<std::size_t>(t));
        }
      });
  }
  CHECK(wrong == std::array<int, 4>{});
}

} // namespace listingd::mapping
