// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was given, in order. Its store is as durable as the test says. */
final class RecordingMachine implements StateMachine {

  final List<String> applied = new CopyOnWriteArrayList<>();
  final List<Long> indexes = new CopyOnWriteArrayList<>();
  final List<Object> attachments = new CopyOnWriteArrayList<>();
  volatile long durable;
  volatile boolean durableOnRequest;

  RecordingMachine() {
    this(0);
  }

  RecordingMachine(long durable) {
    this.durable = durable;
  }

  @Override
  public Object apply(long index, byte[] command, Object attachment) {
    String text = new String(command, StandardCharsets.UTF_8);
    if (text.startsWith("throw")) {
      throw new IllegalStateException(text);
    }
    applied.add(text);
    indexes.add(index);
    if (attachment != null) {
      attachments.add(attachment);
    }
    return "did " + text;
  }

  @Override
  public long durableIndex() {
    return durable;
  }

  @Override
  public void makeDurable(long index) {
    if (durableOnRequest) {
      durable = Math.max(durable, index);
    }
  }
}
