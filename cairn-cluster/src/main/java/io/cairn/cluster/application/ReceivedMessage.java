// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.application;

import org.jspecify.annotations.Nullable;

/** A message, or a reply, as an application gets it. */
final class ReceivedMessage implements ApplicationMessage {

  private final String sender;
  private final Body body;
  private final @Nullable PendingReply pending;
  private final Counters counters;

  /**
   * Makes one.
   *
   * @param pending takes the reply; null if none is wanted
   */
  ReceivedMessage(String sender, Body body, @Nullable PendingReply pending, Counters counters) {
    this.sender = sender;
    this.body = body;
    this.pending = pending;
    this.counters = counters;
  }

  @Override
  public String sender() {
    return sender;
  }

  @Override
  public boolean isText() {
    return body.isText();
  }

  @Override
  public String asText() {
    return body.asText();
  }

  @Override
  public byte[] asBytes() {
    return body.copy();
  }

  @Override
  public boolean expectsReply() {
    return pending != null && pending.isOpen();
  }

  @Override
  public void reply(String text) {
    answer(MessageAnswer.Kind.REPLIED, Body.of(text));
  }

  @Override
  public void reply(byte[] bytes) {
    answer(MessageAnswer.Kind.REPLIED, Body.of(bytes));
  }

  @Override
  public void refuse(String reason) {
    answer(MessageAnswer.Kind.REFUSED, Body.of(reason));
  }

  private void answer(MessageAnswer.Kind kind, Body content) {
    if (pending == null) {
      throw new IllegalStateException("the sender expects no reply");
    }
    if (pending.answer(new MessageAnswer(kind, content.atMost(pending.maxBytes())))) {
      return;
    }
    if (!pending.isExpired()) {
      throw new IllegalStateException("a reply was given already");
    }
    counters.count(Counter.REPLIES_LATE);
  }
}
