// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.Locale;
import java.util.Set;

/** Shows requests and answers as text. Credentials are not shown, so that it can be passed on. */
final class Transcript {
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "cookie", "set-cookie", "x-xenon-auth-token");

  private Transcript() {}

  /** The request line, the headers, an empty line and the body. */
  static String of(RestRequest request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.uri()).append('\n');
    request.headers().forEach(header -> line(text, header.name(), header.value()));
    String body = request.body();
    if (body != null) {
      text.append('\n').append(body).append('\n');
    }
    return text.toString();
  }

  /** The status, the headers, an empty line and the body. */
  static String of(HostAnswer answer) {
    StringBuilder text = new StringBuilder();
    text.append("HTTP ").append(answer.status()).append('\n');
    answer
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> line(text, name, value)));
    if (answer.hasBody()) {
      text.append('\n').append(answer.text()).append('\n');
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    boolean secret = SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT));
    text.append(name).append(": ").append(secret ? "***" : value).append('\n');
  }
}
