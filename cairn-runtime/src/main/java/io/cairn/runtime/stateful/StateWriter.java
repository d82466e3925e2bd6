// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentSignature;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.validation.Constraints;
import io.cairn.store.index.DocumentVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the state that a handler left behind into the document's next version: stamps the fields
 * that the runtime maintains, serializes once, and signs the content. Thread-safe.
 */
final class StateWriter {

  private static final byte[] SIGNATURE_PREFIX =
      ",\"documentSignature\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGNATURE_SUFFIX = "\"}".getBytes(StandardCharsets.US_ASCII);

  /** What the signature adds; its first byte takes the place of the closing bracket. */
  private static final int SIGNATURE_ROOM =
      SIGNATURE_PREFIX.length + DocumentSignature.LENGTH + SIGNATURE_SUFFIX.length - 1;

  private final String hostId;
  private final HostClock clock;

  StateWriter(String hostId, HostClock clock) {
    this.hostId = hostId;
    this.clock = clock;
  }

  /** The wall clock, which expiration is compared with. */
  long now() {
    return clock.micros();
  }

  /**
   * Builds a version.
   *
   * @param instance the document
   * @param state what the handler left; stamped in place
   * @param action what made the version
   * @param version its number
   * @param principal on whose behalf it is made; null if nobody's
   * @throws IllegalArgumentException if the document is larger than its kind allows, or breaks a
   *     constraint; a deletion may leave it as wrong as it was
   */
  DocumentVersion write(
      StatefulInstance instance,
      ServiceDocument state,
      Action action,
      long version,
      @Nullable String principal) {
    ServiceModel model = instance.model();
    if (action != Action.DELETE) {
      Constraints.check(state);
    }
    DocumentVersion previous = instance.newest();
    if (previous != null) {
      // The wall clock may have stepped back since, or another node's may have been ahead.
      clock.changes().observe(previous.updateTimeMicros());
    }
    state.documentSelfLink = instance.link();
    state.documentKind = model.kind();
    state.documentVersion = version;
    long epoch = epochAfter(instance, previous);
    state.documentEpoch = model.has(ServiceOption.OWNER_SELECTION) ? Long.valueOf(epoch) : null;
    state.documentUpdateTimeMicros = clock.changes().now();
    state.documentUpdateAction = action.name();
    state.documentOwner = hostId;
    state.documentDescription = null;
    state.documentSignature = null;
    state.documentSchemaVersion = model.schema().stamp();
    state.documentAuthPrincipalLink = principal;

    byte[] json = DocumentJson.standard().toBytes(state, SIGNATURE_ROOM);
    if (previous != null
        && StatefulInstance.isAlive(previous, now())
        && instance.hasUnknownFields(previous)) {
      byte[] known = Arrays.copyOf(json, json.length - SIGNATURE_ROOM);
      byte[] content = model.schema().withUnknownFields(previous.json(), known);
      json = Arrays.copyOf(content, content.length + SIGNATURE_ROOM);
    }
    int length = json.length - SIGNATURE_ROOM;
    int limit = model.description().serializedStateSizeLimit;
    if (length > limit) {
      throw new IllegalArgumentException(
          "The document has %d bytes, its kind %s allows %d (serializedStateSizeLimit)"
              .formatted(length, model.kind(), limit));
    }
    String signature = model.signature().sign(json);
    state.documentSignature = signature;
    putSignature(json, length, signature);
    return new DocumentVersion(
        instance.link(),
        model.kind(),
        version,
        epoch,
        state.documentUpdateTimeMicros,
        action.name(),
        state.documentExpirationTimeMicros,
        json);
  }

  /** An owner that takes a document over begins a new epoch of it. */
  private static long epochAfter(StatefulInstance instance, @Nullable DocumentVersion previous) {
    if (previous == null) {
      return 0;
    }
    return instance.isInherited() ? previous.epoch() + 1 : previous.epoch();
  }

  /** Puts the signature behind the last field, in the place of the closing bracket and beyond. */
  private static void putSignature(byte[] json, int length, String signature) {
    int at = length - 1;
    System.arraycopy(SIGNATURE_PREFIX, 0, json, at, SIGNATURE_PREFIX.length);
    at += SIGNATURE_PREFIX.length;
    for (int i = 0; i < DocumentSignature.LENGTH; i++) {
      json[at++] = (byte) signature.charAt(i);
    }
    System.arraycopy(SIGNATURE_SUFFIX, 0, json, at, SIGNATURE_SUFFIX.length);
  }
}
