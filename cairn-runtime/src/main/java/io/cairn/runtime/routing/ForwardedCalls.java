// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.net.FailedFuture;
import io.cairn.runtime.peers.Peers;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.wire.MalformedException;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations that other nodes do for this one at the moment. One that nobody waits for any more
 * is taken back, so that its work ends there too. Thread-safe.
 */
public final class ForwardedCalls {

  private static final int STATUS_CODE_TEMPORARY_REDIRECT = 307;
  private static final long LEAST_TIMEOUT_MICROS = 1000;

  private final ForwardCodec codec = new ForwardCodec();
  private final Peers peers;
  private final Function<String, @Nullable URI> addresses;
  private final LongSupplier nowMicros;
  private final Set<Call> underWay = ConcurrentHashMap.newKeySet();

  /** One of them; equal to no other. */
  private static final class Call {
    final Target target;
    final BooleanSupplier unwanted;
    final CompletableFuture<byte[]> answer;

    Call(Target target, BooleanSupplier unwanted, CompletableFuture<byte[]> answer) {
      this.target = target;
      this.unwanted = unwanted;
      this.answer = answer;
    }
  }

  /**
   * Who is to do an operation.
   *
   * @param node the node
   * @param partition the partition that the node is asked for as its owner; null if it is asked for
   *     another reason
   * @param updates whether the operation is going to change something there
   */
  record Target(String node, @Nullable String partition, boolean updates) {}

  /**
   * Prepares to send operations.
   *
   * @param peers reaches the other nodes
   * @param addresses says where a node answers clients; null if that is not known
   * @param nowMicros the clock that operations expire by
   */
  public ForwardedCalls(
      Peers peers, Function<String, @Nullable URI> addresses, LongSupplier nowMicros) {
    this.peers = peers;
    this.addresses = addresses;
    this.nowMicros = nowMicros;
  }

  /**
   * Has another node do an operation. Fails it if it cannot be written.
   *
   * @param partition the partition that is meant; null if that does not matter
   * @param then gets the outcome
   */
  void send(
      String node,
      Operation op,
      ForwardCodec.Kind kind,
      @Nullable String partition,
      Consumer<ForwardedOutcome> then) {
    long left = op.getExpirationMicrosUtc() - nowMicros.getAsLong();
    byte[] payload;
    try {
      payload = ForwardCodec.encode(kind, op, left, partition);
    } catch (RuntimeException e) {
      op.fail(e);
      return;
    }
    Target target = new Target(node, partition, op.getAction() != Action.GET);
    send(target, payload, left, op::isCancelled, then);
  }

  /**
   * Has another node do what was written.
   *
   * @param leftMicros how long it may still take
   * @param unwanted whether nobody waits for the answer any more; asked now and then
   * @param then gets the outcome
   */
  void send(
      Target target,
      byte[] payload,
      long leftMicros,
      BooleanSupplier unwanted,
      Consumer<ForwardedOutcome> then) {
    Duration timeout = Duration.of(Math.max(leftMicros, LEAST_TIMEOUT_MICROS), ChronoUnit.MICROS);
    String partition = target.partition();
    CompletableFuture<byte[]> answer =
        (partition != null && target.updates()
                ? peers.request(target.node(), partition, payload, timeout)
                : peers.request(target.node(), payload, timeout))
            .toCompletableFuture();
    Call call = new Call(target, unwanted, answer);
    if (!answer.isDone()) {
      underWay.add(call);
    }
    var _ =
        answer.whenComplete(
            (bytes, failure) -> {
              underWay.remove(call);
              then.accept(outcome(bytes, failure));
            });
  }

  private ForwardedOutcome outcome(byte[] answer, @Nullable Throwable failure) {
    if (failure != null) {
      return new ForwardedOutcome.Failed(FailedFuture.cause(failure));
    }
    try {
      return codec.decodeAnswer(answer);
    } catch (MalformedException e) {
      return new ForwardedOutcome.Failed(e);
    }
  }

  /** Whether an operation asks for events: an answer over the peer channel must end. */
  static boolean asksForEvents(Operation op) {
    String accept = op.getRequestHeader(Operation.ACCEPT_HEADER);
    return op.getAction() == Action.GET
        && accept != null
        && accept.contains(Operation.MEDIA_TYPE_TEXT_EVENT_STREAM);
  }

  /**
   * Answers that a node itself is to be asked.
   *
   * @return false if nobody knows where it is
   */
  boolean redirect(String node, Operation op) {
    URI address = addresses.apply(node);
    if (address == null) {
      return false;
    }
    op.addResponseHeader(
        Operation.LOCATION_HEADER,
        "%s://%s%s"
            .formatted(
                address.getScheme(), address.getRawAuthority(), ForwardCodec.target(op.getUri())));
    op.setStatusCode(STATUS_CODE_TEMPORARY_REDIRECT).setBodyNoCloning(null).complete();
    return true;
  }

  /** Tells whether there is any. */
  boolean areUnderWay() {
    return !underWay.isEmpty();
  }

  /**
   * Gives up what still waits to be sent to an owner that is none any more: there may be no
   * connection with it for long.
   *
   * @param partition the partition whose owner has changed
   * @param owner who owns it now; null if nobody
   */
  void ownerChanged(String partition, @Nullable String owner) {
    for (Call call : underWay) {
      if (partition.equals(call.target.partition()) && !call.target.node().equals(owner)) {
        peers.withdraw(call.answer);
      }
    }
  }

  /** Takes back what nobody waits for any more. */
  public void sweep() {
    for (Call call : underWay) {
      if (call.unwanted.getAsBoolean()) {
        call.answer.cancel(true);
      }
    }
  }
}
