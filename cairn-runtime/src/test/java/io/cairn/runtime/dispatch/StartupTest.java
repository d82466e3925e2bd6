// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

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
    assertThat(startup.mayBringUp("/anything", false)).isTrue();
    shared = false;
    assertThat(startup.mayBringUp("/anything", false)).isFalse();
  }

  @Test
  void anyHostKnowsThatItStoresADocumentWhoseServiceIsNotStartedYet() {
    shared = false;
    assertThat(startup.mayBringUp("/stored", false)).isTrue();
  }

  @Test
  void itIsOverWhenTheHostSaysSo() {
    startup.complete();
    assertThat(startup.mayBringUp("/anything", false)).isFalse();
    assertThat(startup.mayBringUp("/stored", false)).isFalse();
  }

  @Test
  void itLastsAsLongAsTheHostDoesNotListen() {
    pass(Duration.ofHours(1));
    assertThat(startup.mayBringUp("/anything", false)).isTrue();
  }

  @Test
  void itIsOverWhenNoServiceWasStartedForAWhile() {
    startup.listening();
    pass(Duration.ofSeconds(14));
    startup.begun("/a");
    startup.ended("/a");
    pass(Duration.ofSeconds(14));
    assertThat(startup.mayBringUp("/anything", false)).isTrue();
    pass(Duration.ofSeconds(2));
    assertThat(startup.mayBringUp("/anything", false)).isFalse();
    assertThat(startup.mayBringUp("/stored", false)).isTrue();
    pass(Duration.ofMinutes(1));
    assertThat(startup.mayBringUp("/stored", false)).isFalse();
  }

  @Test
  void aClientIsNotToldThatAServiceIsAbsentWhichAHostAloneMayBeAboutToStart() {
    shared = false;
    startup.listening();
    assertThat(startup.mayBringUp("/anything", true)).isTrue();
    assertThat(startup.mayBringUp("/anything", false)).isFalse();
    startup.complete();
    assertThat(startup.mayBringUp("/anything", true)).isFalse();
  }

  @Test
  void aHostIsNotReadyBeforeItsServicesAreStarted() {
    startup.listening();
    assertThat(startup.obstacles()).singleElement().asString().contains("startupCompleted()");
    startup.begun("/slow");
    startup.complete();
    assertThat(startup.obstacles()).containsExactly("service /slow is being started");
    assertThat(startup.mayBringUp("/slow", true)).isTrue();
    startup.ended("/slow");
    assertThat(startup.obstacles()).isEmpty();
  }

  @Test
  void aHostThatSaysNothingIsReadyWhenItHasStartedNothingForAWhileAndStaysSo() {
    shared = false;
    startup.listening();
    pass(Duration.ofSeconds(2));
    assertThat(startup.obstacles()).isNotEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(startup.obstacles()).isEmpty();
    startup.begun("/late");
    startup.ended("/late");
    assertThat(startup.obstacles()).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
