// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/core/examples | /core/examples",
        "core/examples | /core/examples",
        "/ | /",
        "/core/examples/a b | /core/examples/a%20b",
        "/core/examples/a%20b | /core/examples/a%20b",
        "/core/examples/100% | /core/examples/100%25",
        "/core/examples/a#b[1] | /core/examples/a%23b%5B1%5D",
        "/core/examples/ü | /core/examples/%C3%BC",
        "/core/*/x | /core/*/x",
        "/core/examples?$filter=name eq 'n' | /core/examples?$filter=name%20eq%20'n'",
        "/core/examples?$filter=name eq \"n\" | /core/examples?$filter=name%20eq%20%22n%22",
        "/core/examples?$filter=name eq 'n*'&$top=5 | "
            + "/core/examples?$filter=name%20eq%20'n*'&$top=5",
        "/core/examples?expand | /core/examples?expand",
        "/a?b=c?d | /a?b=c?d",
        "/a?b=1+1 | /a?b=1+1",
      })
  void pathsAreEncodedWhereTheyMust(String path, String expected) {
    assertThat(RequestTarget.of("http://h:8000", path, List.of()))
        .hasToString("http://h:8000" + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://h:8000 | http://h:8000/core",
        "http://h:8000/ | http://h:8000/core",
        "https://h | https://h/core",
        "h:8000 | http://h:8000/core",
        "127.0.0.1:8000 | http://127.0.0.1:8000/core",
        "http://[::1]:8000 | http://[::1]:8000/core",
        "http://gateway/cairn/ | http://gateway/cairn/core",
      })
  void hostsAreTakenAsPeopleWriteThem(String host, String expected) {
    assertThat(RequestTarget.of(host, "/core", List.of())).hasToString(expected);
  }

  @Test
  void aWholeUrlNeedsNoHost() {
    assertThat(RequestTarget.of("http://h", "https://other:1/core/a b?x=1 2", List.of()))
        .hasToString("https://other:1/core/a%20b?x=1%202");
    assertThat(RequestTarget.of("http://h", "http://other", List.of()))
        .hasToString("http://other/");
  }

  @Test
  void parametersAreData() {
    assertThat(RequestTarget.of("h", "/a", List.of("$filter=a eq 'b&c+d%'", "expand")))
        .hasToString("http://h/a?$filter=a%20eq%20'b%26c%2Bd%25'&expand");
  }

  @Test
  void parametersFollowThoseInThePath() {
    assertThat(RequestTarget.of("h", "/a?x=1", List.of("y=2"))).hasToString("http://h/a?x=1&y=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h h", "http://", "http://:80", "http://h:port"})
  void aHostThatIsNoneIsRefused(String host) {
    assertThatThrownBy(() -> RequestTarget.of(host, "/core", List.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is not a URL");
  }
}
