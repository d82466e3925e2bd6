// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Remembers what it was given, in order. Its store is as durable as the test says. */
final class RecordingMachine implements StateMachine {

  final List<String> applied = Collections.synchronizedList(new ArrayList<>());
  final List<Long> indexes = Collections.synchronizedList(new ArrayList<>());
  final List<Object> attachments = Collections.synchronizedList(new ArrayList<>());
  volatile long durable;
  volatile boolean durableOnRequest;
  volatile CountDownLatch gate = new CountDownLatch(0);

  RecordingMachine() {
    this(0);
  }

  RecordingMachine(long durable) {
    this.durable = durable;
  }

  int count() {
    return applied.size();
  }

  @Override
  public Object apply(long index, byte[] command, Object attachment) {
    String text = new String(command, StandardCharsets.UTF_8);
    if (text.startsWith("throw")) {
      throw new IllegalStateException(text);
    }
    awaitGate();
    applied.add(text);
    indexes.add(index);
    if (attachment != null) {
      attachments.add(attachment);
    }
    return "did " + text;
  }

  private void awaitGate() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
