// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.ServiceDocument;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects marks as {@link LedgerService} does, and misbehaves as the mark says: {@code hold} waits
 * at the gate, {@code throw} and {@code fail} fail after the state was changed, {@code never} does
 * not end, {@code large} makes a document that is larger than its kind allows.
 */
final class GatedService extends StatefulService {

  static final String FACTORY_LINK = "/test/gated";

  static final int QUEUE_LIMIT = 8;

  /** The document. */
  public static final class GatedState extends ServiceDocument {
    public List<String> marks = new ArrayList<>();
    public @Nullable String mark;
    public @Nullable String ballast;
  }

  private final Gate gate;

  GatedService(Gate gate) {
    super(GatedState.class);
    this.gate = gate;
    gate.constructed.incrementAndGet();
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
    setOperationQueueLimit(QUEUE_LIMIT);
  }

  static void start(ServiceHost host, Gate gate, ServiceOption... options) {
    host.startFactory(
        () ->
            FactoryService.create(
                () -> {
                  GatedService service = new GatedService(gate);
                  for (ServiceOption option : options) {
                    service.toggleOption(option, true);
                  }
                  return service;
                },
                GatedState.class),
        FACTORY_LINK);
  }

  @Override
  public void handleStart(Operation start) {
    gate.started.incrementAndGet();
    GatedState state = getBody(start);
    if (state.mark == null) {
      start.complete();
      return;
    }
    handle(start, state, state);
  }

  @Override
  public void handlePatch(Operation patch) {
    handle(patch, getState(patch), getBody(patch));
  }

  @Override
  public void handlePut(Operation put) {
    handle(put, getState(put), getBody(put));
  }

  private void handle(Operation op, GatedState state, GatedState request) {
    String mark = request.mark;
    gate.enter(getSelfLink());
    try {
      if (mark == null) {
        throw new IllegalArgumentException("mark is required");
      }
      gate.executed.add(mark);
      state.marks.add(mark);
      state.mark = null;
      misbehave(op, state, mark);
    } finally {
      // Before the answer: the next handler may begin as soon as this operation completes.
      gate.leave(getSelfLink());
    }
    answer(op, state, mark);
  }

  private void misbehave(Operation op, GatedState state, String mark) {
    if (mark.startsWith("throw")) {
      throw new IllegalStateException("as asked");
    }
    if (mark.startsWith("hold")) {
      gate.pass();
    }
    if (mark.startsWith("large")) {
      state.ballast = "x".repeat(1 << 20);
    }
    setState(op, state);
  }

  private static void answer(Operation op, GatedState state, String mark) {
    if (mark.startsWith("never")) {
      return;
    }
    if (mark.startsWith("fail")) {
      op.fail(new IllegalArgumentException("as asked"));
    } else {
      op.setBody(state).complete();
    }
  }
}
