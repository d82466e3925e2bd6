// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.security.Guard;
import io.cairn.service.Operation;
import io.cairn.service.Operation.OperationOption;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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

  @Test
  void onlyAnotherNodeIsToldThatItMayLookForTheOwnerAgain() {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Operation own = asked(failure);
    assertThat(failure.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("This host is starting, and does not know /anything yet");
    assertThat(own.getStatusCode()).isEqualTo(503);

    Operation forwarded = asked(failure, OperationOption.FORWARDED);
    assertThat(NotOwnerException.isOf(forwarded, failure.get())).isTrue();
  }

  private Operation asked(AtomicReference<Throwable> failure, OperationOption... options) {
    Operation op =
        Operation.createGet(URI.create("http://127.0.0.1/anything"))
            .setCompletion((done, thrown) -> failure.set(thrown));
    for (OperationOption option : options) {
      op.toggleOption(option, true);
    }
    var _ = failure.getAndSet(null);
    new Dispatcher(
            new ServiceRegistry("n"),
            null,
            new AvailabilityQueue(1),
            Runnable::run,
            null,
            startup,
            new Guard())
        .dispatch(op);
    return op;
  }
}
