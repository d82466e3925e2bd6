// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An operation that was traced, as a document in the memory of its host, for a day. */
@Needs(read = Access.GRANTED, write = Access.GRANTED)
public final class TracedOperationService extends StatefulService {
  /** How many a host keeps. */
  static final int MOST = 10_000;

  private static final long LIFE_MICROS = TimeUnit.DAYS.toMicros(1);

  private final AtomicInteger kept;

  private TracedOperationService(AtomicInteger kept) {
    super(Operation.SerializedOperation.class);
    this.kept = kept;
    toggleOption(ServiceOption.CORE, true);
  }

  /** A factory of these: the operation index of one host. */
  public static FactoryService createFactory() {
    AtomicInteger kept = new AtomicInteger();
    return FactoryService.create(
        () -> new TracedOperationService(kept),
        Operation.SerializedOperation.class,
        ServiceOption.CORE);
  }

  @Override
  public void handleCreate(Operation create) {
    if (kept.incrementAndGet() > MOST) {
      kept.decrementAndGet();
      StandardRefusal.LIMIT_EXCEEDED.answer(
          create,
          "The operation index holds %d operations, as many as it may: DELETE some, or wait until they expire"
              .formatted(MOST));
      return;
    }
    Operation.SerializedOperation state = create.getBody(Operation.SerializedOperation.class);
    long latest = Utils.fromNowMicrosUtc(LIFE_MICROS);
    long asked = state.documentExpirationTimeMicros;
    state.documentExpirationTimeMicros = asked == 0 ? latest : Math.min(asked, latest);
    create.setBody(state).complete();
  }

  @Override
  public void handleDelete(Operation delete) {
    kept.decrementAndGet();
    delete.complete();
  }
}
