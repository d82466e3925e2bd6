// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.net.LoggedWarnings;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A process that may open no more files. */
@Isolated("looks at what all log")
class AcceptPacingTest {

  @Test
  void theLimitOfOpenFilesIsNamedOnceAMinuteAndAcceptingGoesOn() {
    try (LoggedWarnings log = new LoggedWarnings(AcceptPacing.class)) {
      AtomicLong now = new AtomicLong();
      EmbeddedChannel listener =
          new EmbeddedChannel(new AcceptPacing(now::get, new ConnectionRegistry(10, now::get)));
      for (int i = 0; i < 3; i++) {
        listener
            .pipeline()
            .fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
      }
      assertThat(listener.config().isAutoRead()).isFalse();
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getFormattedMessage())
          .contains("ulimit -n", "start it again");

      listener.advanceTimeBy(2, TimeUnit.SECONDS);
      listener.runScheduledPendingTasks();
      assertThat(listener.config().isAutoRead()).isTrue();
      now.addAndGet(Duration.ofMinutes(2).toNanos());
      listener
          .pipeline()
          .fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
      assertThat(log.events()).hasSize(2);
      listener
          .checkException(); // Nothing goes on to the end of the pipeline, which would log it too.
    }
  }

  @Test
  void acceptingRestsWhileManyWaitToBeAdmittedOrAreTurnedAway() {
    ConnectionRegistry connections = new ConnectionRegistry(10, System::nanoTime);
    EmbeddedChannel listener = new EmbeddedChannel(new AcceptPacing(System::nanoTime, connections));
    List<EmbeddedChannel> arrived = new ArrayList<>();
    while (listener.config().isAutoRead()) {
      EmbeddedChannel connection = new EmbeddedChannel();
      arrived.add(connection);
      listener.writeInbound(connection);
    }
    assertThat(arrived).hasSize(65);
    assertThat(listener.inboundMessages()).hasSize(65);
    arrived.forEach(connections::looked);
    assertGoesOn(listener);

    arrived.subList(0, 33).forEach(connections::turnAway);
    listener.writeInbound(new EmbeddedChannel());
    assertThat(listener.config().isAutoRead()).isFalse();
    for (EmbeddedChannel connection : arrived) {
      var _ = connection.close();
    }
    assertGoesOn(listener);
    listener.writeInbound(new EmbeddedChannel());
    assertThat(listener.config().isAutoRead()).isTrue();
  }

  private static void assertGoesOn(EmbeddedChannel listener) {
    listener.advanceTimeBy(5, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }
}
