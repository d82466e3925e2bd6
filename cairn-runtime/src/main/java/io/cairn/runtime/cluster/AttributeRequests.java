// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import static java.util.Objects.requireNonNull;

import io.cairn.cluster.application.ClusterEvent.AttributesChanged;
import io.cairn.cluster.attributes.Attribute;
import io.cairn.cluster.attributes.AttributeChange;
import io.cairn.cluster.attributes.AttributeEvent;
import io.cairn.cluster.attributes.AttributeSet;
import io.cairn.cluster.attributes.AttributesClient;
import io.cairn.cluster.attributes.AttributesFullException;
import io.cairn.cluster.attributes.Confirmation;
import io.cairn.cluster.log.NoRoomException;
import io.cairn.document.DocumentJson;
import io.cairn.runtime.cluster.AttributeValues.Wanted;
import io.cairn.service.Operation;
import io.cairn.service.UriUtils;
import io.cairn.service.failure.Refusal;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Answers what clients ask of the attributes. Thread-safe. */
final class AttributeRequests {

  private static final String CONFIRM = "confirm";
  private static final String ANY = "*";

  /** Somebody adds and removes the attribute all the time. */
  private static final int MOST_ATTEMPTS = 16;

  /** An answer must be under way before the request expires. */
  private static final long RESERVE_MICROS = TimeUnit.SECONDS.toMicros(1);

  private final Supplier<AttributesClient> attributes;
  private final EventStreams streams;
  private final LongSupplier nowMicros;

  /** A change that was made, the status that says so, and what the attribute is now. */
  private record Done(AttributeChange change, int status, Attribute<?> now) {}

  AttributeRequests(
      Supplier<AttributesClient> attributes, EventStreams streams, LongSupplier nowMicros) {
    this.attributes = attributes;
    this.streams = streams;
    this.nowMicros = nowMicros;
  }

  /** Answers a GET of all sets, a set or an attribute, or begins to send its events. */
  void get(Operation get, AttributePath path) {
    if (EventStreams.wants(get)) {
      watch(get, path);
      return;
    }
    String set = path.set();
    String name = path.name();
    if (set == null) {
      get.setBodyNoCloning(all()).complete();
    } else if (name == null) {
      AttributeSet found = client().allOf(set);
      requireSet(found);
      get.setBodyNoCloning(AttributeState.OfSet.of(found)).complete();
    } else {
      Attribute<?> found = client().attribute(set, name);
      requireAttribute(set, name, found);
      get.setBodyNoCloning(AttributeState.of(set, found)).complete();
    }
  }

  private void watch(Operation get, AttributePath path) {
    String set = path.set();
    String name = path.name();
    if (set == null) {
      watch(get, this::all, change -> true);
    } else if (name == null) {
      watch(
          get,
          () -> AttributeState.OfSet.of(client().allOf(set)),
          change -> change.set().equals(set));
    } else {
      watch(
          get,
          () -> present(set, name),
          change -> change.set().equals(set) && name.equals(EventViews.attributeOf(change)));
    }
  }

  private void watch(Operation get, Supplier<Object> state, Predicate<AttributeEvent> concerns) {
    streams.start(
        get,
        state,
        event ->
            event instanceof AttributesChanged(var change) && concerns.test(change)
                ? EventViews.of(change)
                : null);
  }

  private Object present(String set, String name) {
    Attribute<?> found = client().attribute(set, name);
    return found.isUndefined()
        ? AttributeState.undefined(set, name)
        : AttributeState.of(set, found);
  }

  private Object all() {
    return AttributeState.OfAll.of(client().all());
  }

  /** Answers a PUT of an attribute: adds it, or gives it another value of the same type. */
  void put(Operation put, AttributePath path) {
    String set = path.set();
    String name = path.name();
    if (set == null || name == null) {
      Operation.failActionNotSupported(put);
      return;
    }
    if (!put.hasBody()) {
      throw new IllegalArgumentException(
          "body is required, like {\"type\": \"Integer\", \"value\": 5}");
    }
    Wanted wanted =
        AttributeValues.read(
            DocumentJson.standard().toTree(put.getBody(JsonNode.class)), set, name);
    boolean addOnly = addOnly(put);
    boolean confirm = wantsConfirmation(put);
    Done done = change(set, name, wanted, addOnly);
    if (done.status() == Operation.STATUS_CODE_CREATED) {
      put.addResponseHeader(
          Operation.LOCATION_HEADER,
          "%s/%s/%s"
              .formatted(
                  ServiceUriPaths.CORE_ATTRIBUTES,
                  AttributePath.encode(set),
                  AttributePath.encode(name)));
    }
    put.setStatusCode(done.status());
    AttributeState state = AttributeState.of(set, done.now());
    answer(put, done.change(), confirm, state, AttributeState::confirmedBy);
  }

  private static boolean addOnly(Operation put) {
    String condition = put.getRequestHeader(Operation.IF_NONE_MATCH_HEADER);
    if (condition != null && !condition.strip().equals(ANY)) {
      throw new IllegalArgumentException(
          "If-None-Match may only be *, which adds and never replaces; attributes have no tags");
    }
    return condition != null;
  }

  private Done change(String set, String name, Wanted wanted, boolean addOnly) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Attribute<?> present = client().attribute(set, name);
      Object value = wanted.as(present);
      if (present.isUndefined()) {
        AttributeChange added = applied(() -> client().add(set, name, value));
        if (added.applied()) {
          return new Done(added, Operation.STATUS_CODE_CREATED, Attribute.of(name, value));
        }
        continue; // somebody was faster
      }
      if (addOnly) {
        throw new Refusal(
            Operation.STATUS_CODE_PRECONDITION_FAILED,
            "There is an attribute '%s' in set '%s' already".formatted(name, set));
      }
      requireType(set, present, value);
      AttributeChange replaced = applied(() -> client().replace(set, name, value));
      if (replaced.applied() || present.value().equals(value)) {
        return new Done(replaced, Operation.STATUS_CODE_OK, Attribute.of(name, value));
      }
    }
    throw Refusal.conflict(
        "Attribute '%s' in set '%s' is added and removed all the time".formatted(name, set));
  }

  private static void requireType(String set, Attribute<?> present, Object value) {
    if (!present.type().javaType().isInstance(value)) {
      throw Refusal.conflict(
          "Attribute '%s' in set '%s' is of type %s, and %s was sent; remove it first"
              .formatted(
                  present.name(),
                  set,
                  present.type().typeName(),
                  value.getClass().getSimpleName()));
    }
  }

  private static AttributeChange applied(Supplier<AttributeChange> change) {
    try {
      return change.get();
    } catch (AttributesFullException e) {
      throw new Refusal(Operation.STATUS_CODE_INSUFFICIENT_STORAGE, String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      throw new Refusal(Operation.STATUS_CODE_UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw notKept(Objects.requireNonNull(e.getCause()));
    }
  }

  private static Refusal notKept(IOException failure) {
    boolean full = failure.getCause() instanceof NoRoomException;
    return new Refusal(
        full ? Operation.STATUS_CODE_INSUFFICIENT_STORAGE : Operation.STATUS_CODE_UNAVAILABLE,
        String.valueOf(failure.getMessage()));
  }

  /** Answers a DELETE of an attribute, or of a set with all that is in it. */
  void delete(Operation delete, AttributePath path) {
    String set = path.set();
    String name = path.name();
    if (set == null) {
      Operation.failActionNotSupported(delete);
      return;
    }
    boolean confirm = wantsConfirmation(delete);
    if (name == null) {
      AttributeSet found = client().allOf(set);
      requireSet(found);
      answer(
          delete,
          applied(() -> client().removeAll(set)),
          confirm,
          AttributeState.OfSet.of(found),
          AttributeState.OfSet::confirmedBy);
    } else {
      Attribute<?> found = client().attribute(set, name);
      requireAttribute(set, name, found);
      answer(
          delete,
          applied(() -> client().remove(set, name)),
          confirm,
          AttributeState.of(set, found),
          AttributeState::confirmedBy);
    }
  }

  private static boolean wantsConfirmation(Operation op) {
    String confirm = UriUtils.parseUriQueryParams(op.getUri()).get(CONFIRM);
    if (confirm == null || confirm.equals("false")) {
      return false;
    }
    if (confirm.isEmpty() || confirm.equals("true")) {
      return true;
    }
    throw new IllegalArgumentException("confirm is true or false, not '" + confirm + "'");
  }

  /**
   * Answers with a state, after all nodes have confirmed the change if the client waits for that. A
   * request that is about to expire is answered with 202: the change holds and goes on spreading.
   */
  private <T> void answer(
      Operation op,
      AttributeChange change,
      boolean confirm,
      T state,
      BiFunction<T, Confirmation, Object> confirmed) {
    if (!confirm) {
      op.setBodyNoCloning(requireNonNull(state)).complete();
      return;
    }
    long left = op.getExpirationMicrosUtc() - nowMicros.getAsLong() - RESERVE_MICROS;
    var _ =
        change
            .confirmed()
            .copy()
            .orTimeout(Math.max(1, left), TimeUnit.MICROSECONDS)
            .whenComplete(
                (confirmation, failure) -> {
                  if (failure == null) {
                    op.setBodyNoCloning(confirmed.apply(state, confirmation)).complete();
                  } else {
                    op.setStatusCode(Operation.STATUS_CODE_ACCEPTED)
                        .setBodyNoCloning(requireNonNull(state))
                        .complete();
                  }
                });
  }

  private static void requireSet(AttributeSet found) {
    if (found.isNone()) {
      throw Refusal.notFound("There is no set of attributes '%s'".formatted(found.name()));
    }
  }

  private static void requireAttribute(String set, String name, Attribute<?> found) {
    if (found.isUndefined()) {
      throw Refusal.notFound("There is no attribute '%s' in set '%s'".formatted(name, set));
    }
  }

  private AttributesClient client() {
    return attributes.get();
  }
}
