// SPDX-License-Identifier: Apache-2.0
package io.cairn.host.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartupTest {

  private final AtomicLong nanos = new AtomicLong(5);
  private boolean shared = true;
  private final Startup startup =
      new Startup(() -> shared, link -> link.equals("/stored"), nanos::get);

  @Test
  void aHostWithPeersDoesNotKnowWhatItHasNotStartedYet() {
    assertThat(startup.mayBringUp("/anything")).isTrue();
    shared = false;
    assertThat(startup.mayBringUp("/anything")).isFalse();
  }

  @Test
  void anyHostKnowsThatItStoresADocumentWhoseServiceIsNotStartedYet() {
    shared = false;
    assertThat(startup.mayBringUp("/stored")).isTrue();
  }

  @Test
  void itIsOverWhenTheHostSaysSo() {
    startup.complete();
    assertThat(startup.mayBringUp("/anything")).isFalse();
    assertThat(startup.mayBringUp("/stored")).isFalse();
  }

  @Test
  void itLastsAsLongAsTheHostDoesNotListen() {
    pass(Duration.ofHours(1));
    assertThat(startup.mayBringUp("/anything")).isTrue();
  }

  @Test
  void itIsOverWhenNoServiceWasStartedForAWhile() {
    startup.listening();
    pass(Duration.ofSeconds(14));
    startup.goesOn();
    pass(Duration.ofSeconds(14));
    assertThat(startup.mayBringUp("/anything")).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(startup.mayBringUp("/anything")).isFalse();
    assertThat(startup.mayBringUp("/stored")).isTrue();
    pass(Duration.ofMinutes(1));
    assertThat(startup.mayBringUp("/stored")).isFalse();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
