// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import io.cairn.net.peer.PeerHandler;
import io.cairn.net.peer.PeerIdentity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes messages of other nodes' applications, and of this one's, and puts them into the queues of
 * the applications here. Never blocks. Thread-safe: the order of the messages of a sender is
 * guarded by this.
 */
final class Inbox implements PeerHandler {

  /** Requests without an answer; the peer network's bound is for all kinds together. */
  static final int MAX_OPEN_REQUESTS = 4096;

  private static final int MAX_SENDERS = 4096;

  private final List<Recipient> applications;
  private final MessagingSettings settings;
  private final Counters counters;
  private final AtomicInteger openRequests = new AtomicInteger();

  /** The number of the last message of each sender, by its launch. */
  private final Map<String, Long> lastNumbers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_SENDERS;
        }
      };

  /**
   * An application that is running, with its queue.
   *
   * @param application what takes the messages
   * @param subscriber what calls it
   */
  record Recipient(ClusterApplication application, Subscriber subscriber) {}

  /**
   * Makes one.
   *
   * @param applications those that run, at any time
   */
  Inbox(List<Recipient> applications, MessagingSettings settings, Counters counters) {
    this.applications = applications;
    this.settings = settings;
    this.counters = counters;
  }

  @Override
  public CompletionStage<byte[]> request(PeerIdentity from, byte[] payload) {
    return receive(from.nodeId(), from.launchId(), payload).thenApply(MessageAnswer::encode);
  }

  private CompletableFuture<MessageAnswer> receive(String nodeId, String launchId, byte[] payload) {
    SentMessage message;
    try {
      message = SentMessage.decode(payload);
    } catch (IllegalArgumentException e) {
      counters.count(Counter.MESSAGES_INVALID);
      return CompletableFuture.failedFuture(e);
    }
    if (message.body().size() > settings.maxMessageBytes()) {
      counters.count(Counter.MESSAGES_INVALID);
      return answered(
          MessageAnswer.Kind.TOO_LARGE,
          "the node takes messages of at most %d bytes, this one has %d"
              .formatted(settings.maxMessageBytes(), message.body().size()));
    }
    CompletableFuture<MessageAnswer> result;
    synchronized (this) {
      Long before = lastNumbers.put(launchId, message.number());
      if (before != null && before >= message.number()) {
        lastNumbers.put(launchId, before);
        counters.count(Counter.MESSAGES_INVALID);
        return answered(MessageAnswer.Kind.LATE, "a later message was faster");
      }
      result = queue(nodeId, message);
    }
    applications.forEach(each -> each.subscriber().kick());
    return result;
  }

  /** Takes a message of this node to itself. */
  CompletableFuture<MessageAnswer> deliver(String self, SentMessage message) {
    CompletableFuture<MessageAnswer> result;
    synchronized (this) {
      result = queue(self, message);
    }
    applications.forEach(each -> each.subscriber().kick());
    return result;
  }

  private CompletableFuture<MessageAnswer> queue(String sender, SentMessage message) {
    counters.count(Counter.MESSAGES_RECEIVED);
    return message.wantsReply() ? queueRequest(sender, message) : queueMessage(sender, message);
  }

  private CompletableFuture<MessageAnswer> queueMessage(String sender, SentMessage message) {
    MessageAnswer outcome = null;
    for (Recipient each : applications) {
      ReceivedMessage received = new ReceivedMessage(sender, message.body(), null, counters);
      Callback callback =
          new Callback(
              "handleApplicationMessage",
              () -> each.application().handleApplicationMessage(received));
      switch (each.subscriber().message(callback)) {
        case TAKEN, TAKEN_FOR_OLDEST -> outcome = MessageAnswer.saying(taken(), "");
        case FULL -> outcome = outcome == null ? overflow() : outcome;
        case ENDED -> {}
      }
    }
    return CompletableFuture.completedFuture(counted(outcome == null ? noApplication() : outcome));
  }

  private CompletableFuture<MessageAnswer> queueRequest(String sender, SentMessage message) {
    if (openRequests.incrementAndGet() > MAX_OPEN_REQUESTS) {
      openRequests.decrementAndGet();
      counters.count(Counter.MESSAGES_REFUSED);
      return CompletableFuture.completedFuture(overflow());
    }
    PendingReply pending = new PendingReply(settings.maxMessageBytes(), message.replyMillis());
    var _ =
        pending
            .answer()
            .thenAccept(
                answer -> {
                  openRequests.decrementAndGet();
                  counted(answer);
                });
    for (Recipient each : applications) {
      pending.candidate();
      Callback callback = requestCallback(each.application(), sender, message, pending);
      switch (each.subscriber().message(callback)) {
        case TAKEN, TAKEN_FOR_OLDEST -> {}
        case FULL -> pending.without(overflow());
        case ENDED -> pending.noFurther();
      }
    }
    pending.noFurther();
    return pending.answer();
  }

  private Callback requestCallback(
      ClusterApplication application, String sender, SentMessage message, PendingReply pending) {
    ReceivedMessage received = new ReceivedMessage(sender, message.body(), pending, counters);
    return new Callback(
        "handleApplicationMessage",
        () -> {
          try {
            application.handleApplicationMessage(received);
          } catch (Throwable failure) {
            pending.without(
                MessageAnswer.saying(
                    MessageAnswer.Kind.FAILED, "the application failed: " + failure));
            throw failure;
          }
        },
        () ->
            pending.without(
                MessageAnswer.saying(
                    MessageAnswer.Kind.OVERFLOW,
                    "the request was dropped, for the queue of the application was full, or the"
                        + " application has ended")));
  }

  private MessageAnswer counted(MessageAnswer answer) {
    if (answer.kind() == MessageAnswer.Kind.NO_APPLICATION) {
      counters.count(Counter.MESSAGES_WITHOUT_APPLICATION);
    }
    return answer;
  }

  /** A receipt promises no more than the queue keeps. */
  private MessageAnswer.Kind taken() {
    return switch (settings.overflow()) {
      case REJECT -> MessageAnswer.Kind.DELIVERED;
      case DROP_OLDEST -> MessageAnswer.Kind.QUEUED;
    };
  }

  private static MessageAnswer noApplication() {
    return MessageAnswer.saying(MessageAnswer.Kind.NO_APPLICATION, "the node has no application");
  }

  private static MessageAnswer overflow() {
    return MessageAnswer.saying(
        MessageAnswer.Kind.OVERFLOW, "the queue of the application is full");
  }

  private static CompletableFuture<MessageAnswer> answered(
      MessageAnswer.Kind kind, String sentence) {
    return CompletableFuture.completedFuture(MessageAnswer.saying(kind, sentence));
  }
}
