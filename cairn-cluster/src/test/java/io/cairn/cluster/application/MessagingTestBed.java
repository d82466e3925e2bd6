// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.application.MessagingSettings.Overflow;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** What tests of messages have in common. */
abstract class MessagingTestBed extends LoopbackCluster {

  /** An application that only takes messages. */
  static final class Taker extends ClusterApplicationAdapter {
    private final Consumer<ApplicationMessage> action;

    Taker(Consumer<ApplicationMessage> action) {
      this.action = action;
    }

    @Override
    public void handleApplicationMessage(ApplicationMessage message) {
      action.accept(message);
    }
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), SECONDS);
  }

  static RequestFailedException failure(CompletableFuture<?> future) throws Exception {
    try {
      Object reply = get(future);
      throw new AssertionError("did not fail, but gave " + reply);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(RequestFailedException.class);
      return (RequestFailedException) e.getCause();
    }
  }

  static MessagingSettings messaging(int maxBytes, int queue, Overflow overflow) {
    return new MessagingSettings(maxBytes, queue, overflow, Duration.ofSeconds(10));
  }

  static CountDownLatch blocking(Node node, Queue<String> taken) {
    CountDownLatch released = new CountDownLatch(1);
    node.runtime.register(
        new Taker(
            message -> {
              taken.add(message.asText());
              awaitQuietly(released);
            }));
    return released;
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
