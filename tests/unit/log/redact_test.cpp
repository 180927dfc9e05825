#include "log/redact.hpp"

#include "catch.hpp"

#include <map>

using namespace listingd;
using log::loggable;
using log::redacted;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

} // namespace

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
      {"names as others write them", R"({"accessToken":"AT","refresh-token":"RT"} client_secret=CS)",
       R"({"accessToken":"[redacted]","refresh-token":"[redacted]"} client_secret=[redacted])"},
      {"the address of a consent", "https://x/oauth/callback?app_key=k&code=C-1_2&locale=en&state=5f-0 next",
       "https://x/oauth/callback?app_key=k&code=[redacted]&locale=en&state=[redacted] next"},
      {"the link to a consent", "https://x/authorize?service_id=7&state=5f-0",
       "https://x/authorize?service_id=7&state=[redacted]"},
      {"a URL in JSON", R"({"url":"https://x/?code=C\u0026state=S","n":1})",
       R"({"url":"https://x/?code=[redacted]","n":1})"},
      {"a URL in JSON that begins harmlessly", R"({"url":"https://x/?n=1\u0026state=S","n":1})",
       R"({"url":"https://x/?n=1\u0026state=[redacted]","n":1})"},
      {"a URL in HTML", R"(<a href="https://x/?n=1&amp;code=C&amp;state=S">)",
       R"(<a href="https://x/?n=1&amp;code=[redacted]&amp;state=[redacted]">)"},
      {"a URL in a URL", "https://x/?next=https%3A%2F%2Fy%2F%3Fcode%3DC%26n%3D1%26state%3DS&n=1",
       "https://x/?next=https%3A%2F%2Fy%2F%3Fcode%3D[redacted]%26n%3D1%26state%3D[redacted]&n=1"},
      {"a URL in a URL in a URL", "?next=%253Fsign%253DS%2526n%253D1", "?next=%253Fsign%253D[redacted]%2526n%253D1"},
      {"what is encoded in a value belongs to it", "?code=a%26b%3Dc%20d&n=1", "?code=[redacted]&n=1"},
      {"one level deeper, too", "?next=%3Fcode%3Da%2526b%26n%3D1", "?next=%3Fcode%3D[redacted]%26n%3D1"},
      {"encoded JSON", "?body=%7B%22access_token%22%3A%22A%20T%22%2C%22n%22%3A1%7D",
       "?body=%7B%22access_token%22%3A%22[redacted]%22%2C%22n%22%3A1%7D"},
      {"encoded JSON in lower case", "%7b%22app_secret%22%3a+%22S%22%7d", "%7b%22app_secret%22%3a+%22[redacted]%22%7d"},
      {"an encoded JSON number", "%22auth_code%22%3A1234%2C%22n%22", "%22auth_code%22%3A[redacted]%2C%22n%22"},
      {"encoded JSON in a JSON string", "%22%7B%5C%22password%5C%22%3A%5C%22a b%5C%22%7D%22",
       "%22%7B%5C%22password%5C%22%3A%5C%22[redacted]%5C%22%7D%22"},
      {"a parameter in capitals", "GET /?SIGN=abc&Code=C", "GET /?SIGN=[redacted]&Code=[redacted]"},
      {"a dump of headers", "Host: x\r\nauthorization: 0a1b\r\nX-Tts-Access-Token:AT\r\n\r\n{\"n\":1}",
       "Host: x\r\nauthorization: [redacted]\r\nX-Tts-Access-Token:[redacted]\r\n\r\n{\"n\":1}"},
      {"headers as JSON", R"({"Authorization":["Bearer A.1"],"x-tts-access-token":[ "AT" ]})",
       R"({"Authorization":["[redacted]"],"x-tts-access-token":[ "[redacted]" ]})"},
      {"a bearer token without its header", "curl -H Bearer 0a1b-2c next", "curl -H Bearer [redacted] next"},
      {"a bearer token of letters", "bearer abcdefghijklmnopqrstuvwxyz", "bearer [redacted]"},
      {"a bearer token in quotes", R"(sent "Bearer A.1", got 401)", R"(sent "Bearer [redacted]", got 401)"},
      {"an encoded bearer token", "?h=Bearer%20A.1%26&n=1", "?h=Bearer%20[redacted]%26&n=1"},
      {"a bearer token as a value", "bearer=A.1 bearer: B", "bearer=[redacted] bearer: [redacted]"},
      {"TikTok's tokens, whatever announces them", R"(["TTP_XF90igAAAABh00qsWgtvOiGF",ROW_xkMbgAAAeVAQra0eZWebFQq5])",
       R"(["[redacted]",[redacted]])"},
      {"TikTok's code in an answer", R"({"code":"GCP_XF90igAAAABh00qsWgtvOiGF"})", R"({"code":"[redacted]"})"},
  }));
  CAPTURE(row.name);
  CHECK(redacted(row.text) == row.shown);
  CHECK(redacted(row.shown) == row.shown);
}

TEST_CASE("what is no secret stays as it is") {
  const auto text = GENERATE(
      as<std::string>(), "", "password", "the password is wrong", "password=", R"({"password":""})",
      "sign=abc code=105002", R"({"code":105002,"message":"sign"})", "?signal=1", "authorization expired", "passwor",
      "?", "&", "?sign", "%", "%2", "%3Fsign", "bearer", "a bearer token is required", "Bearer", "?statement=1",
      "state=active", R"({"state":"active"})", "26state=1", "ROW_ID", "TTP_short", "a state?code", "100%3D of it");
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
      {"no end of percents", "?code" + std::string(large, '%')},
      {"no end of encoded percents", "?code%" + repeated("25", large / 2)},
      {"encoded blanks", "password" + repeated("%20", large / 4)},
      {"many parameters", repeated("%2526", large / 5)},
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

TEST_CASE("a field whose name announces a secret is hidden whole") {
  CHECK(loggable("access_token", "two words") == "[redacted]");
  CHECK(loggable("refreshToken", "x") == "[redacted]");
  CHECK(loggable("code", "105002") == "105002");
  CHECK(loggable("state", "active") == "active");
  CHECK(loggable("authorization", "7") == "7"); // the number of one
  CHECK(loggable("problem", "password=x y") == "password=[redacted] y");
  CHECK(loggable("password", "").empty());
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
