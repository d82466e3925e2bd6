// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerAddressTest {

  @ParameterizedTest
  @CsvSource({
    "http://host:8000, http://host:8000",
    "HTTP://Host:8000, http://host:8000",
    "http://Host:8000, http://host:8000",
    "http://host, http://host:80",
    "https://host, https://host:443",
    "https://host:8000/a?b#c, https://host:8000",
    "http://host:8000/, http://host:8000",
    "http://host:8000?a, http://host:8000",
    "http://host:8000#a, http://host:8000",
    "http://user@host:8000, http://host:8000",
    "http://[::1]:8000, http://[::1]:8000",
  })
  void addressIsSchemeHostAndPort(URI given, URI normal) {
    assertThat(PeerAddress.normalize(given)).isEqualTo(normal).hasToString(normal.toString());
  }

  @Test
  void addressInThatFormIsGivenBack() {
    URI address = URI.create("http://127.0.0.1:8000");
    assertThat(PeerAddress.normalize(address)).isSameAs(address);
  }

  @ParameterizedTest
  @CsvSource({"ftp://host:8000", "host:8000", "/path", "mailto:a@b"})
  void whatIsNoAddressIsRefused(URI given) {
    assertThatThrownBy(() -> PeerAddress.normalize(given))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
