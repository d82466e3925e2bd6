// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.stateful;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.history.HistoryPoint;
import io.cairn.runtime.history.VersionList;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StandardRefusal;
import io.cairn.service.UriUtils;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.RetainedVersions;
import io.cairn.store.index.RetainedVersions.Rank;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What documents were before: finds the version that a request asks for, lists those that are
 * retained, brings one back. Deleted documents have a history too, until retention or expiration
 * drops it; expired ones have none. Thread-safe.
 */
final class HistoryPipeline {

  /** So many requests read through all that retention keeps of a document, at a time. */
  private static final int AT_A_TIME = 4;

  private final StateWriter writer;
  private final DocumentGuard guard;
  private final Semaphore reading = new Semaphore(AT_A_TIME);

  HistoryPipeline(StateWriter writer, DocumentGuard guard) {
    this.guard = guard;
    this.writer = writer;
  }

  /** What was found, or how the request is refused. */
  private sealed interface Search {
    record Found(DocumentVersion version) implements Search {}

    record Refused(WorkOutcome outcome) implements Search {}
  }

  /**
   * Finds the state that a request asks for; refused if there was none, it was deleted then, or it
   * is not retained.
   *
   * @param then goes on with it
   */
  WorkOutcome find(
      StatefulInstance instance,
      Operation op,
      HistoryPoint point,
      Function<DocumentVersion, WorkOutcome> then) {
    Search search;
    try {
      search = search(instance, op, point);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    return switch (search) {
      case Search.Found(var version) -> then.apply(version);
      case Search.Refused(var outcome) -> outcome;
    };
  }

  private Search search(StatefulInstance instance, Operation op, HistoryPoint point) {
    DocumentVersion latest = latest(instance);
    if (latest == null || latest.isExpiredAt(writer.now())) {
      return new Search.Refused(DocumentFailures.absent(op, latest));
    }
    WorkOutcome refused = guard.refusal(instance.model(), op, Action.GET, latest);
    if (refused != null) {
      return new Search.Refused(refused);
    }
    DocumentVersion found = isAt(Rank.of(latest), point) ? latest : null;
    if (found == null && point.version() != null) {
      found = instance.documents().version(instance.link(), point.version());
    }
    if (found == null && (point.version() == null || point.version() < latest.version())) {
      if (!reading.tryAcquire()) {
        return new Search.Refused(tooMany());
      }
      try {
        Search search =
            instance.documents().history(instance.link(), all -> among(all, point, latest));
        if (search instanceof Search.Found(var version)) {
          found = version;
        } else {
          return search == null ? notRetained(point, Rank.of(latest), latest) : search;
        }
      } finally {
        reading.release();
      }
    }
    if (found == null) {
      return new Search.Refused(
          DocumentFailures.refused(
              StandardRefusal.NOT_FOUND,
              "%s has no %s yet: its latest is version %d"
                  .formatted(instance.link(), point, latest.version())));
    }
    return shown(instance, point, found);
  }

  private static Search shown(
      StatefulInstance instance, HistoryPoint point, DocumentVersion found) {
    if (found.isTombstone()) {
      return new Search.Refused(
          DocumentFailures.refused(
              StandardRefusal.DELETED,
              "%s, %s: version %d says that it was deleted, at %s"
                  .formatted(
                      instance.link(),
                      point,
                      found.version(),
                      HistoryPoint.shown(found.updateTimeMicros()))));
    }
    if (point.asOfMicros() != null && found.isExpiredAt(point.asOfMicros())) {
      return new Search.Refused(
          DocumentFailures.refused(
              StandardRefusal.NOT_FOUND,
              "%s, %s: version %d had expired".formatted(instance.link(), point, found.version())));
    }
    return new Search.Found(StatefulInstance.present(instance.model(), found));
  }

  /** The last committed version as it is stored, or as memory holds it. */
  private static @Nullable DocumentVersion latest(StatefulInstance instance) {
    return instance.documents().isDurable()
        ? instance.documents().latest(instance.link())
        : instance.read();
  }

  /** Whether a version is what was asked for, if none that is newer is. */
  private static boolean isAt(Rank version, HistoryPoint point) {
    return point.asOfMicros() != null
        ? version.updateTimeMicros() <= point.asOfMicros()
        : point.version() != null && version.version() == point.version();
  }

  private static Search among(RetainedVersions all, HistoryPoint point, DocumentVersion latest)
      throws IOException {
    RetainedVersions.Found found = all.newest(1, rank -> isAt(rank, point));
    Rank oldest = found.oldest();
    return found.newest().isEmpty()
        ? notRetained(point, oldest == null ? Rank.of(latest) : oldest, latest)
        : new Search.Found(all.read(found.newest().getFirst()));
  }

  private static Search notRetained(HistoryPoint point, Rank oldest, DocumentVersion latest) {
    return new Search.Refused(
        DocumentFailures.refused(
            oldest.version() > 0 ? StandardRefusal.NOT_RETAINED : StandardRefusal.NOT_FOUND,
            "%s cannot be shown as it was (%s): versions %d to %d are retained, the oldest was made at %s"
                .formatted(
                    latest.link(),
                    point,
                    oldest.version(),
                    latest.version(),
                    HistoryPoint.shown(oldest.updateTimeMicros()))));
  }

  private static WorkOutcome tooMany() {
    return DocumentFailures.refused(
        StandardRefusal.LIMIT_EXCEEDED,
        "%d requests read histories of documents on this host; send this one again later"
            .formatted(AT_A_TIME));
  }

  /** Answers with the versions that are retained. */
  WorkOutcome list(StatefulInstance instance, Operation get) {
    if (!reading.tryAcquire()) {
      return tooMany();
    }
    try {
      DocumentVersion latest = latest(instance);
      if (latest == null || latest.isExpiredAt(writer.now())) {
        return DocumentFailures.absent(get, latest);
      }
      WorkOutcome refused = guard.refusal(instance.model(), get, Action.GET, latest);
      if (refused != null) {
        return refused;
      }
      VersionList.Page page = VersionList.Page.of(UriUtils.parseUriQueryParams(get.getUri()));
      UnaryOperator<DocumentVersion> present =
          version -> StatefulInstance.present(instance.model(), version);
      VersionList list =
          instance
              .documents()
              .history(instance.link(), all -> VersionList.of(all, latest, page, present));
      get.setBodyNoCloning(list == null ? VersionList.of(latest, page, present) : list).complete();
      return WorkOutcome.Plain.DONE;
    } catch (IllegalArgumentException e) {
      return WorkOutcome.failed(e);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    } finally {
      reading.release();
    }
  }

  /**
   * Makes an update of a request to bring an earlier state back: a PUT of that state or, where the
   * document was deleted, a POST of it. For the work that is alone with the instance.
   *
   * @param update runs it
   */
  WorkOutcome restore(
      StatefulInstance instance, Operation op, Function<Operation, WorkOutcome> update) {
    if (instance.model().has(ServiceOption.IMMUTABLE)) {
      return DocumentFailures.refused(
          StandardRefusal.ACTION_NOT_SUPPORTED,
          "Documents of this service are immutable: no state of them can come back");
    }
    HistoryPoint point;
    DocumentVersion latest;
    try {
      point = pointIn(op);
      latest = instance.load();
    } catch (IllegalArgumentException e) {
      return WorkOutcome.failed(e);
    } catch (RuntimeException e) {
      return DocumentFailures.unavailable(e);
    }
    if (latest == null) {
      return DocumentFailures.absent(op, null);
    }
    WorkOutcome refused = guard.refusal(instance.model(), op, Action.GET, latest);
    if (refused == null) {
      refused = Preconditions.conditions(op, latest);
    }
    if (refused == null
        && !latest.isTombstone()
        && instance.model().has(ServiceOption.STRICT_UPDATE_CHECKING)) {
      refused = Preconditions.strictOfRoute(op, latest);
    }
    return refused != null
        ? refused
        : find(instance, op, point, found -> restore(instance, op, latest, found, update));
  }

  private WorkOutcome restore(
      StatefulInstance instance,
      Operation op,
      DocumentVersion latest,
      DocumentVersion found,
      Function<Operation, WorkOutcome> update) {
    if (found.isExpiredAt(writer.now())) {
      return WorkOutcome.failed(
          new IllegalArgumentException(
              "Version %d of %s says that it expires at %s, which is over: it cannot come back"
                  .formatted(
                      found.version(),
                      instance.link(),
                      HistoryPoint.shown(found.expirationMicros()))));
    }
    if (found.version() == latest.version()) {
      Responses.document(op, latest);
      op.complete();
      return WorkOutcome.Plain.DONE;
    }
    ServiceDocument state;
    try {
      state = instance.copy(found);
    } catch (RuntimeException e) {
      return WorkOutcome.failed(e);
    }
    boolean deleted = latest.isTombstone();
    state.documentVersion = deleted ? latest.version() + 1 : latest.version();
    op.setAction(deleted ? Action.POST : Action.PUT)
        .setUri(op.getUri().resolve(instance.link()))
        .setBodyNoCloning(state);
    return update.apply(op);
  }

  private HistoryPoint pointIn(Operation op) {
    Map<String, String> named = new HashMap<>();
    JsonNode body =
        op.hasBody() ? op.getBody(JsonNode.class) : DocumentJson.standard().toTree(Map.of());
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      named.put(field.getKey(), field.getValue().asString(""));
    }
    HistoryPoint point = HistoryPoint.of(named, writer.now());
    if (point == null || named.size() != 1) {
      throw new IllegalArgumentException(
          "The body says which state is to come back, and nothing else:"
              + " {\"documentVersion\": 3} or {\"asOf\": \"2026-01-31T12:00:00Z\"}");
    }
    return point;
  }
}
