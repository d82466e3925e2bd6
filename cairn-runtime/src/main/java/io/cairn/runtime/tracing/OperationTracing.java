// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import io.cairn.document.DocumentJson;
import io.cairn.net.OncePerMinute;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.model.OperationObserver;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.uri.ServiceUriPaths;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes the operations that a host handles, each when it has its answer, as far as it was told to.
 * Thread-safe; costs a look at a field while it is off.
 */
public final class OperationTracing implements OperationObserver {
  private static final Logger log = LoggerFactory.getLogger(OperationTracing.class);

  /** How many statistics there may be; operations on further paths count together. */
  private static final int MOST_PATHS = 1_000;

  private static final String OTHERS = "other";

  /** How many operations may be on their way to the operation index. */
  private static final int MOST_PENDING = 1_000;

  private static final int LONGEST_BODY = 8 << 10;
  private static final int UNAVAILABLE = 503;

  private final LongSupplier nanoTime;
  private final OncePerMinute warnings;
  private final Map<Operation, Begun> begun = new ConcurrentHashMap<>();
  private final Set<String> paths = ConcurrentHashMap.newKeySet();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private volatile Depth depth = Depth.OFF;
  private volatile @Nullable Sinks sinks;

  /** How much is noted; each has what those before it have. */
  public enum Depth {
    OFF,
    /** A statistic of each path and verb. */
    FINE,
    /** A line of the log for each operation. */
    FINER,
    /** A document of the operation index for each. */
    FINEST
  }

  /**
   * Where it goes.
   *
   * @param host has the operation index
   * @param micros takes the name of a statistic and how long an operation took
   */
  public record Sinks(ServiceHost host, ObjLongConsumer<String> micros) {}

  /** An operation that has no answer yet; a factory changes the path of what it creates. */
  private record Begun(long nanos, String path, Operation.@Nullable SerializedOperation document) {}

  /** Notes nothing yet. */
  public OperationTracing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.warnings = new OncePerMinute(nanoTime);
  }

  /** Whether anything is noted, so that nobody may answer behind this one's back. */
  public boolean isOn() {
    return depth != Depth.OFF;
  }

  /** Returns how much is noted. */
  public Depth depth() {
    return depth;
  }

  /** Notes so much from now on. */
  public void begin(Depth wanted, Sinks given) {
    sinks = given;
    depth = wanted;
    if (wanted == Depth.OFF) {
      begun.clear();
    }
  }

  @Override
  public void begun(Operation op) {
    Depth wanted = depth;
    if (wanted == Depth.OFF || isOfTheIndex(op)) {
      return;
    }
    Operation.SerializedOperation document = wanted == Depth.FINEST ? document(op) : null;
    begun.put(op, new Begun(nanoTime.getAsLong(), op.getUri().getPath(), document));
  }

  private static boolean isOfTheIndex(Operation op) {
    return op.getUri().getPath().startsWith(ServiceUriPaths.CORE_OPERATION_INDEX);
  }

  private static Operation.SerializedOperation document(Operation op) {
    Operation bare = op.clone().setBodyNoCloning(null);
    Operation.SerializedOperation document = Operation.SerializedOperation.create(bare);
    document.id = op.getId();
    document.userInfo = null;
    document.jsonBody = bodyOf(op);
    return document;
  }

  /** Passwords and keys pass through there. */
  private static @Nullable String bodyOf(Operation op) {
    boolean secret = op.getUri().getPath().startsWith(ServiceUriPaths.CORE_AUTH);
    if (secret || !op.hasBody() || !op.getContentType().contains("json")) {
      return null;
    }
    byte[] body = BodyBytes.of(op);
    return body.length <= LONGEST_BODY
        ? new String(body, StandardCharsets.UTF_8)
        : DocumentJson.standard().toJson("%d bytes, left out".formatted(body.length));
  }

  @Override
  public void ended(Operation op) {
    Begun noted = begun.isEmpty() ? null : begun.remove(op);
    Sinks into = sinks;
    Depth wanted = depth;
    if (noted == null || into == null || wanted == Depth.OFF) {
      return;
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - noted.nanos());
    into.micros().accept(statistic(noted.path(), op.getAction()), micros);
    if (wanted.compareTo(Depth.FINER) >= 0) {
      log.info(
          "{} {} {} from {} in {} us",
          op.getAction(),
          noted.path(),
          op.getStatusCode(),
          op.getCaller(),
          micros);
    }
    if (wanted == Depth.FINEST && noted.document() != null) {
      noted.document().statusCode = op.getStatusCode();
      index(into.host(), noted.document());
    }
  }

  private String statistic(String path, Service.Action verb) {
    boolean known = paths.contains(path) || (paths.size() < MOST_PATHS && paths.add(path));
    return (known || paths.contains(path) ? path : OTHERS) + ':' + verb;
  }

  private void index(ServiceHost host, Operation.SerializedOperation document) {
    if (pending.incrementAndGet() > MOST_PENDING) {
      pending.decrementAndGet();
      drop("more come than can be indexed");
      return;
    }
    host.sendRequest(
        Operation.createPost(host, ServiceUriPaths.CORE_OPERATION_INDEX)
            .setReferer(host.getUri())
            .setBodyNoCloning(document)
            .disableFailureLogging(true)
            .setCompletion(
                (done, failure) -> {
                  pending.decrementAndGet();
                  if (failure != null) {
                    drop(
                        done.getStatusCode() == UNAVAILABLE
                            ? "the operation index is full"
                            : String.valueOf(failure.getMessage()));
                  }
                }));
  }

  private void drop(String why) {
    dropped.incrementAndGet();
    if (warnings.isDue()) {
      log.warn("{} operations were traced without being indexed: {}", dropped.getAndSet(0), why);
    }
  }
}
