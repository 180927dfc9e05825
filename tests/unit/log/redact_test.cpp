#include "log/redact.hpp"

#include "catch.hpp"

#include <map>

using namespace listingd;
using log::loggable;
using log::redacted;

TEST_CASE("secrets are hidden wherever they stand") {
  struct row {
    std::string name, text, shown;
  };
  const auto row = GENERATE(values<struct row>({
      {"key=value", "password=hunter2 user=me", "password=[redacted] user=me"},
      {"key: value", "app_secret: s3cret, next", "app_secret: [redacted], next"},
      {"any letter case", "PassWord=hunter2", "PassWord=[redacted]"},
      {"as part of a longer name", "db_password=hunter2", "db_password=[redacted]"},
      {"JSON", R"({"access_token":"AT","refresh_token" : "RT","n":1})",
       R"({"access_token":"[redacted]","refresh_token" : "[redacted]","n":1})"},
      {"JSON in a JSON string", R"({"body":"{\"access_token\":\"AT\",\"n\":1}"})",
       R"({"body":"{\"access_token\":\"[redacted]\",\"n\":1}"})"},
      {"a JSON value that is no string", R"({"auth_code":1234})", R"({"auth_code":[redacted]})"},
      {"single quotes", "password='hunter2'", "password='[redacted]'"},
      {"a quoted value with spaces", R"({"password":"two words, and a comma"})", R"({"password":"[redacted]"})"},
      {"a quoted value that holds its quote", R"({"password":"a\"b","n":1})", R"({"password":"[redacted]","n":1})"},
      {"a quoted value without an end", R"(password="two words)", R"(password="[redacted])"},
      {"a URL", "GET https://x/token?app_secret=S&auth_code=C&grant=g",
       "GET https://x/token?app_secret=[redacted]&auth_code=[redacted]&grant=g"},
      {"sign and code of a URL", "https://x/?sign=abc&code=def&n=1", "https://x/?sign=[redacted]&code=[redacted]&n=1"},
      {"a header", "x-tts-access-token: AT\r\nhost: x", "x-tts-access-token: [redacted]\r\nhost: x"},
      {"Authorization with a scheme", "Authorization: Bearer AT-1.2 next", "Authorization: [redacted] next"},
      {"Authorization without one", "authorization: 0a1b2c next", "authorization: [redacted] next"},
      {"Authorization in JSON", R"({"Authorization":"Bearer AT"})", R"({"Authorization":"[redacted]"})"},
      {"at the end of the text", "x password=h", "x password=[redacted]"},
  }));
  CAPTURE(row.name);
  CHECK(redacted(row.text) == row.shown);
  CHECK(redacted(row.shown) == row.shown);
}

TEST_CASE("what is no secret stays as it is") {
  const auto text =
      GENERATE(as<std::string>(), "", "password", "the password is wrong", "password=", R"({"password":""})",
               "sign=abc code=105002", R"({"code":105002,"message":"sign"})", "?signal=1", "authorization expired",
               "passwor", "?", "&", "?sign");
  CAPTURE(text);
  CHECK(redacted(text) == text);
}

TEST_CASE("text of any length and kind is redacted without ado") {
  constexpr std::size_t large = 200'000;
  const std::map<std::string, std::string> texts{
      {"a long secret", "password=" + std::string(large, 'x')},
      {"a long quoted secret", "password=\"" + std::string(large, '\\')},
      {"no end of blanks", "password" + std::string(large, ' ')},
      {"no end of backslashes", "password" + std::string(large, '\\')},
      {"a long line", std::string(large, 'p')},
  };
  for (const auto& [name, text] : texts) {
    CAPTURE(name);
    const bool secret = name.find("secret") != std::string::npos;
    CHECK(redacted(text).size() == (secret ? text.find('=') + 1 + (text[9] == '"' ? 1 : 0) + 10 : text.size()));
  }
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += "password=x ";
  CHECK(redacted(many).size() == many.size() + std::size_t{9} * 2'000);
}

TEST_CASE("a long field is cut, and says so") {
  CHECK(loggable(std::string(log::longest_field, 'x')) == std::string(log::longest_field, 'x'));
  CHECK(loggable(std::string(60'000, 'x')) == std::string(log::longest_field, 'x') + " [55904 bytes more]");
  CHECK(loggable("password=" + std::string(60'000, 'x')) == "password=[redacted] [55913 bytes more]");
}

TEST_CASE("a field is never cut inside a character") {
  const auto character = GENERATE(as<std::string>(), "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80");
  for (std::size_t before = 1; before <= character.size(); ++before) {
    const std::string whole(log::longest_field - before, 'x');
    const auto shown = loggable(whole + character + "tail");
    const bool fits = before == character.size();
    CHECK(shown.substr(0, shown.find(" [")) == (fits ? whole + character : whole));
  }
}

TEST_CASE("bytes that are no text are cut all the same") {
  const auto shown = loggable(std::string(60'000, '\x80'));
  CHECK(shown.size() > log::longest_field - 4);
  CHECK(shown.size() < log::longest_field + 32);
}
