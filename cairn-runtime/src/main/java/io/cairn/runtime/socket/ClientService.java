// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.socket;

import static io.cairn.net.EventStream.Delivery.QUEUED;

import io.cairn.net.EventStream;
import io.cairn.net.WebSocket;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StandardRefusal;
import io.cairn.service.StatelessService;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A service whose requests a client answers over its WebSocket. It lives as long as the connection
 * does, or until the client stops it. Its name, which nobody can guess, is what a publisher proves
 * itself by. Thread-safe.
 */
@Needs(read = Access.OPEN, write = Access.OPEN)
final class ClientService extends StatelessService {
  /** How many requests may wait for the client. */
  static final int MOST_WAITING = 256;

  private final WebSocket socket;
  private final URI uri;
  private final Map<Long, Operation> waiting = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * A service of a client.
   *
   * @param uri what the client knows it by
   */
  ClientService(WebSocket socket, URI uri) {
    this.socket = socket;
    this.uri = uri;
  }

  URI uri() {
    return uri;
  }

  /** A DELETE is one more request of the client's, until the service ends. */
  @Override
  public boolean isStoppedBy(Operation delete) {
    return stopping && !delete.isRemote();
  }

  @Override
  public void handleRequest(Operation op) {
    if (stopping) {
      if (op.getAction() == Service.Action.DELETE && isStoppedBy(op)) {
        op.complete();
      } else {
        Operation.failServiceNotFound(op);
      }
      return;
    }
    if (waiting.size() >= MOST_WAITING) {
      tooMany(op, "%d requests wait for the client that serves this".formatted(MOST_WAITING));
      return;
    }
    handOver(op, "POST " + uri + "\r\n" + ClientRequest.of(op));
  }

  private void handOver(Operation op, String message) {
    boolean waits =
        op.tryNestCompletion(
            (done, failure) -> {
              waiting.remove(op.getId());
              if (failure == null) {
                op.complete();
              } else {
                op.fail(failure, op.getBodyRaw());
              }
            });
    if (!waits) {
      return; // it has expired
    }
    waiting.put(op.getId(), op);
    EventStream.Delivery delivery = socket.send(message);
    if (delivery != QUEUED && waiting.remove(op.getId()) != null) {
      if (delivery == EventStream.Delivery.OVERFLOW) {
        tooMany(op, "The client that serves this reads too slowly");
      } else {
        gone(op);
      }
    }
    if (stopping) {
      failWaiting();
    }
  }

  private static void tooMany(Operation op, String why) {
    StandardRefusal.LIMIT_EXCEEDED.answer(op, why + ": send this request again later");
  }

  private static void gone(Operation op) {
    StandardRefusal.UNAVAILABLE.answer(
        op, "The client that serves this has gone, or stopped it, before it answered");
  }

  /**
   * Passes the client's answer on.
   *
   * @return false if nobody waits for it
   */
  boolean answer(ClientReply reply) {
    Operation op = waiting.remove(reply.id());
    if (op == null) {
      return false;
    }
    reply.answer(op);
    return true;
  }

  /** Takes no more requests; those that wait fail. */
  void end() {
    stopping = true;
    failWaiting();
  }

  private void failWaiting() {
    for (Long id : List.copyOf(waiting.keySet())) {
      Operation op = waiting.remove(id);
      if (op != null) {
        gone(op);
      }
    }
  }
}
