// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DateFieldTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("1994-11-06T08:49:37.999Z"));
  private final DateField date = new DateField(now::get);

  @Test
  void dateHasTheFormOfRfc9110AndMovesOnWithTheClock() {
    assertThat(date.text()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    now.set(Instant.parse("2031-06-10T23:00:01Z"));
    assertThat(new String(date.line(), StandardCharsets.US_ASCII))
        .isEqualTo("date: Tue, 10 Jun 2031 23:00:01 GMT\r\n");
  }
}
