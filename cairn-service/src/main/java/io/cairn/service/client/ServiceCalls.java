// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.client;

import io.cairn.document.HybridClock;
import io.cairn.service.client.Transport.Outgoing;
import io.cairn.service.failure.CallFailure;
import java.net.URI;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls services. A handler gets it from its {@code Request}, so that what it calls ends when the
 * time of its own caller is over; other code of a host from {@code ServiceHost.client()}; another
 * process makes one with {@link #over(URI)}.
 *
 * <pre>{@code
 * Account account = request.call(Account.class, "/bank/accounts/ann").send(new Deposit(5));
 * }</pre>
 *
 * <p>What another service refuses is thrown as {@link CallFailure}. A read is repeated while a host
 * says that it cannot serve it yet; an update only if it certainly was not begun. Thread-safe.
 */
public final class ServiceCalls implements AutoCloseable {

  private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

  private final Transport transport;
  private final LongSupplier deadlineMicros;

  /**
   * Calls over a transport. Applications have no need of it.
   *
   * @param deadlineMicros when a call that begins now must have ended, in microseconds since the
   *     epoch
   */
  public ServiceCalls(Transport transport, LongSupplier deadlineMicros) {
    this.transport = transport;
    this.deadlineMicros = deadlineMicros;
  }

  /**
   * Calls a host over HTTP, from any process. A call may take a minute unless it says otherwise.
   *
   * @param host scheme, name and port; close the result when it is not needed any more
   */
  public static ServiceCalls over(URI host) {
    return new ServiceCalls(new HttpTransport(host), () -> after(USUAL_LIMIT));
  }

  /**
   * Begins calls of a document or a collection.
   *
   * @param type the record or class of its state
   * @param link its path, with a query if need be
   */
  public <T> DocumentCalls<T> call(Class<T> type, String link) {
    return new DocumentCalls<>(this, type, link);
  }

  /**
   * Sends any request and waits for the answer.
   *
   * @param verb GET, POST, PUT, PATCH or DELETE
   * @param body written as JSON; null for none
   * @param type of the answer
   * @throws CallFailure if the answer is no success, or there is none
   */
  public <T> T exchange(String verb, String link, @Nullable Object body, Class<T> type) {
    return CallPolicy.await(exchangeAsync(verb, link, body, type));
  }

  /** As {@link #exchange}, without waiting; the result fails with {@link CallFailure}. */
  public <T> CompletableFuture<T> exchangeAsync(
      String verb, String link, @Nullable Object body, Class<T> type) {
    return send(verb, link, body, Map.of(), null).thenApply(reply -> reply.body(type));
  }

  CompletableFuture<Transport.Reply> send(
      String verb,
      String target,
      @Nullable Object body,
      Map<String, String> headers,
      @Nullable Duration limit) {
    long latest = deadlineMicros.getAsLong();
    long deadline = limit == null ? latest : Math.min(latest, after(limit));
    return CallPolicy.send(transport, new Outgoing(verb, target, body, headers, deadline));
  }

  private static long after(Duration limit) {
    return HybridClock.systemMicros() + limit.dividedBy(ChronoUnit.MICROS.getDuration());
  }

  @Override
  public void close() {
    transport.close();
  }
}
