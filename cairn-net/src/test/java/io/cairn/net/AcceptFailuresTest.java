// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A process that may open no more files. */
@Isolated("looks at what all log")
class AcceptFailuresTest {

  @Test
  void theLimitOfOpenFilesIsNamedOnceAMinuteAndAcceptingGoesOn() {
    try (LoggedWarnings log = new LoggedWarnings(AcceptFailures.class)) {
      AtomicLong now = new AtomicLong();
      EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures(now::get, () -> false));
      for (int i = 0; i < 3; i++) {
        listener.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
      }
      assertThat(listener.config().isAutoRead()).isFalse();
      assertThat(log.events()).hasSize(1);
      assertThat(log.events().getFirst().getFormattedMessage()).contains("ulimit -n", "start it again");

      listener.advanceTimeBy(2, TimeUnit.SECONDS);
      listener.runScheduledPendingTasks();
      assertThat(listener.config().isAutoRead()).isTrue();
      now.addAndGet(Duration.ofMinutes(2).toNanos());
      listener.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
      assertThat(log.events()).hasSize(2);
      listener.checkException(); // Nothing goes on to the end of the pipeline, which would log it too.
    }
  }

  @Test
  void acceptingRestsWhileManyAreTurnedAway() {
    AtomicBoolean many = new AtomicBoolean();
    EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures(System::nanoTime, many::get));
    listener.writeInbound("a connection");
    assertThat(listener.config().isAutoRead()).isTrue();

    many.set(true);
    listener.writeInbound("another");

    assertThat(listener.config().isAutoRead()).isFalse();
    assertThat(listener.inboundMessages()).hasSize(2);
    listener.advanceTimeBy(5, TimeUnit.MILLISECONDS);
    listener.runScheduledPendingTasks();
    assertThat(listener.config().isAutoRead()).isTrue();
  }
}
