// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

import java.util.ArrayList;
import java.util.List;

/** Writes small histories down: each call gets its client, its times, what was asked and told. */
final class Calls {

  static final Result DONE = new Result.Done(Seen.NOTHING);
  static final Result UNKNOWN = new Result.Unknown();
  static final Result REFUSED = new Result.Refused();

  private final List<Call> calls = new ArrayList<>();

  /** A history of a document that was created with value {@code first} before time 0. */
  static Calls ofDocument() {
    return new Calls().call(-2, -1, new Action.Create("first"), DONE);
  }

  Calls call(long from, long to, Action action, Result result) {
    calls.add(new Call(calls.size(), "/d", action, result, from, to));
    return this;
  }

  Calls write(long from, long to, String value) {
    return call(from, to, new Action.Write(value), DONE);
  }

  Calls increment(long from, long to) {
    return call(from, to, new Action.Increment(1), DONE);
  }

  Calls read(long from, long to, String value) {
    return call(from, to, new Action.Read(), new Result.Done(new Seen(value, null, null)));
  }

  Calls readCounter(long from, long to, long counter) {
    return call(from, to, new Action.Read(), new Result.Done(new Seen(null, counter, null)));
  }

  Calls readNothing(long from, long to) {
    return call(from, to, new Action.Read(), new Result.Absent());
  }

  List<Call> list() {
    return List.copyOf(calls);
  }

  Verdict check() {
    return new LinearizabilityChecker().check("/d", calls);
  }
}
