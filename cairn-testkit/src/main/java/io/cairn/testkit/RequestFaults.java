// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.Operation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * What a test has gone wrong with requests, be they a client's or another service's. One object may
 * serve several hosts. Thread-safe.
 *
 * <pre>{@code
 * faults.next("/payments").fails(503);
 * try (RequestFault down = faults.every("/payments/*").only(Action.POST).losesItsAnswer()) {
 *   ...
 * }
 * }</pre>
 */
public final class RequestFaults {

  private final List<RequestFault> armed = new CopyOnWriteArrayList<>();

  /**
   * Begins to say what happens to the next request to a path.
   *
   * @param path a link, or with {@code *} at its end all that begin so
   */
  public RequestFault next(String path) {
    return new RequestFault(this, path, true);
  }

  /** Begins to say what happens to every request to a path; see {@link #next}. */
  public RequestFault every(String path) {
    return new RequestFault(this, path, false);
  }

  /** Has nothing go wrong any more. */
  public void clear() {
    armed.clear();
  }

  void arm(RequestFault fault) {
    armed.add(fault);
  }

  void disarm(RequestFault fault) {
    armed.remove(fault);
  }

  boolean concerns(String path) {
    for (RequestFault fault : armed) {
      if (fault.matches(path)) {
        return true;
      }
    }
    return false;
  }

  void handle(Operation op, Consumer<Operation> onward, ScheduledExecutorService timer) {
    for (RequestFault fault : armed) {
      if (fault.meets(op)) {
        fault.happen(op, onward, timer);
        return;
      }
    }
    onward.accept(op);
  }
}
