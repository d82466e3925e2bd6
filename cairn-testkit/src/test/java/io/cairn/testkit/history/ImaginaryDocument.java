// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * A document as it should be, with clients whose calls overlap, on a clock that is only a number.
 * Each call takes effect at a random moment between its times; some clients never learn of it.
 */
final class ImaginaryDocument {

  private final RandomGenerator random;
  private final boolean tellsStates;
  private final List<Call> calls = new ArrayList<>();
  private DocumentState state = DocumentState.ABSENT;
  private DocumentState lastSeen = DocumentState.ABSENT;
  private int values;

  ImaginaryDocument(RandomGenerator random, boolean tellsStates) {
    this.random = random;
    this.tellsStates = tellsStates;
  }

  private record Planned(int process, long from, long effect, long to, boolean lost) {}

  /** The history of a number of calls by clients that send one after the other. */
  List<Call> run(int clients, int size, int unknowns) {
    carryOut(new Planned(-1, -3, -2, -1, false), new Action.Create("first"));
    PriorityQueue<Planned> plan = new PriorityQueue<>(Comparator.comparingLong(Planned::effect));
    for (int client = 0; client < clients; client++) {
      plan.add(planned(client, random.nextInt(100), false));
    }
    for (int i = 0; i < size; i++) {
      Planned next = plan.remove();
      carryOut(next, action());
      boolean lost = random.nextInt(size) < unknowns;
      long free = Math.max(next.to, next.effect) + 1;
      plan.add(planned(next.process, free + random.nextInt(20), lost));
    }
    return calls;
  }

  private Planned planned(int process, long from, boolean lost) {
    long effect = from + random.nextInt(lost ? 5_000 : 100);
    long to = lost ? from + 100 : effect + random.nextInt(100);
    return new Planned(process, from, effect, to, lost);
  }

  private Action action() {
    String value = "v" + values++;
    return switch (random.nextInt(20)) {
      case 0 -> tellsStates ? new Action.Read() : new Action.Delete();
      case 1, 2, 3 -> new Action.Create(value);
      case 4, 5, 6, 7, 8 -> new Action.Write(value);
      case 9, 10, 11, 12 -> new Action.Increment(1);
      case 13 -> lastSeen.present() ? new Action.ConditionalWrite(value, lastSeen) : INCREMENT;
      default -> new Action.Read();
    };
  }

  private static final Action INCREMENT = new Action.Increment(1);

  private void carryOut(Planned planned, Action action) {
    DocumentState before = state;
    Result done = new Result.Done(Seen.NOTHING);
    DocumentState next = RegisterModel.step(before, action, done);
    state = next == null ? before : next;
    if (random.nextInt(30) == 0) {
      lastSeen = state;
    }
    Result result = planned.lost ? new Result.Unknown() : told(action, before, next);
    calls.add(new Call(planned.process, "/d", action, result, planned.from, planned.to));
  }

  private Result told(Action action, DocumentState before, DocumentState next) {
    if (next != null) {
      if (action instanceof Action.Read) {
        Long version = tellsStates ? (Long) next.version() : null;
        return new Result.Done(new Seen(next.value(), next.counter(), version));
      }
      boolean tells = tellsStates && next.present();
      return new Result.Done(tells ? Seen.of(next) : Seen.NOTHING);
    }
    if (action instanceof Action.Create) {
      return new Result.Exists();
    }
    return before.present() ? new Result.Mismatch() : new Result.Absent();
  }
}
