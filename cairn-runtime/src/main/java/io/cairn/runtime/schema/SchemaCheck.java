// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.schema;

import io.cairn.document.ServiceDocument;
import io.cairn.document.schema.DocumentSchema;
import io.cairn.document.schema.IncompatibleSchemaException;
import io.cairn.document.schema.SchemaChange;
import io.cairn.document.schema.SchemaChange.Nature;
import io.cairn.document.schema.SchemaTrial;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.documents.NotServedException;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchHit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the schema of a factory that starts against the one that it had at its last start on this
 * node, and lets it start only if no document that is stored here would be lost or unreadable.
 * Writes no document. Blocks; for threads that may. Thread-safe.
 */
public final class SchemaCheck {

  private static final Logger log = LoggerFactory.getLogger(SchemaCheck.class);

  /** So many documents are tried after any change: a constructor may refuse what has no value. */
  private static final int SAMPLE = 1_000;

  private static final int PAGE = 500;
  private static final int NAMED = 5;

  /** How long to wait for the replicas to have what was acknowledged; else they are taken as is. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final SchemaMemory memory;
  private final HostClock clock;
  private final long limitNanos;

  /**
   * Checks by what a node remembers.
   *
   * @param limitMicros how long stored documents may be looked at for one factory
   */
  public SchemaCheck(SchemaMemory memory, HostClock clock, long limitMicros) {
    this.memory = memory;
    this.clock = clock;
    this.limitNanos = TimeUnit.MICROSECONDS.toNanos(limitMicros);
  }

  /** What was seen of the stored documents. */
  private static final class Findings {
    private long looked;
    private long total;
    private long objections;
    private final List<String> named = new ArrayList<>();

    void object(String link, String objection) {
      objections++;
      if (named.size() < NAMED) {
        named.add(link + " " + objection);
      }
    }
  }

  /**
   * Lets a factory start, and remembers its schema.
   *
   * @throws IncompatibleSchemaException if stored documents do not fit
   */
  public void admit(String factory, ServiceModel model, DocumentStorage documents) {
    if (!(documents instanceof PartitionedStorage stored)) {
      return;
    }
    DocumentSchema schema = model.schema().schema();
    KnownSchema last = memory.latest(factory);
    if (last != null && last.schema().equals(schema)) {
      return;
    }
    List<SchemaChange> changes = last == null ? List.of() : last.schema().changesTo(schema);
    if (last != null && !changes.isEmpty()) {
      boolean back = memory.hasSeen(factory, schema);
      SchemaTrial trial =
          new SchemaTrial(model.schema(), back ? withoutRemovals(changes) : changes);
      Findings findings = look(factory, last.schema().kind(), model, trial, stored);
      if (findings.objections > 0 || (trial.isDemanding() && findings.looked < findings.total)) {
        throw new IncompatibleSchemaException(refusal(factory, model.kind(), changes, findings));
      }
      log.info(
          "The class of the documents of {} has changed, and those that are stored fit: {}",
          factory,
          String.join(". ", changes.stream().map(SchemaChange::sentence).toList()));
    }
    memory.remember(
        factory,
        new KnownSchema(
            schema, clock.micros(), changes.stream().map(SchemaChange::sentence).toList()));
  }

  /** Who goes back to an earlier version of a class has not given up the fields that came later. */
  private static List<SchemaChange> withoutRemovals(List<SchemaChange> changes) {
    return changes.stream().filter(change -> change.nature() != Nature.REMOVED).toList();
  }

  private Findings look(
      String factory,
      String lastKind,
      ServiceModel model,
      SchemaTrial trial,
      PartitionedStorage documents) {
    Findings findings = new Findings();
    List<DocumentStore> stores = stores(factory, documents);
    if (stores.isEmpty()) {
      return findings;
    }
    QuerySpecification specification = new QuerySpecification();
    Query kinds = new Query().addBooleanClause(kind(model.kind()));
    if (!lastKind.equals(model.kind())) {
      kinds.addBooleanClause(kind(lastKind));
    }
    specification.query = new Query().addBooleanClause(kinds).addBooleanClause(parent(factory));
    specification.resultLimit = PAGE;
    long begun = clock.nanos();
    try (SearchCursor cursor = DocumentSearch.over(stores).open(specification)) {
      findings.total = cursor.totalCount();
      SearchCursor.Position position = cursor.first();
      while (position != null && clock.nanos() - begun < limitNanos) {
        SearchCursor.Page page = cursor.read(position);
        for (SearchHit hit : page.hits()) {
          tryOne(cursor, hit, model.kind(), trial, findings);
        }
        boolean enough =
            !trial.isDemanding() && findings.objections == 0 && findings.looked >= SAMPLE;
        position = enough ? null : page.next();
      }
    }
    return findings;
  }

  private static void tryOne(
      SearchCursor cursor, SearchHit hit, String kind, SchemaTrial trial, Findings findings) {
    DocumentVersion document = cursor.document(hit);
    findings.looked++;
    String objection =
        kind.equals(document.kind())
            ? trial.objection(document.json())
            : "has the kind " + document.kind();
    if (objection != null) {
      findings.object(hit.link(), objection);
    }
  }

  private static Query kind(String kind) {
    return new Query()
        .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
        .setTermMatchValue(kind)
        .setOccurance(Occurance.SHOULD_OCCUR);
  }

  private static Query parent(String factory) {
    return new Query()
        .setTermPropertyName(DocumentSearch.PROPERTY_PARENT)
        .setTermMatchValue(factory);
  }

  /**
   * What this node holds: each node looks at its own part. Without a quorum that may be a little
   * old. It is never less than the part.
   */
  private List<DocumentStore> stores(String factory, PartitionedStorage documents) {
    long begun = clock.nanos();
    while (true) {
      try {
        return documents
            .current()
            .toCompletableFuture()
            .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        log.debug("The replicas for {} are looked at as they are", factory, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CompletionException(e);
      }
      try {
        return documents.held();
      } catch (NotServedException e) {
        if (clock.nanos() - begun > limitNanos) {
          throw new IncompatibleSchemaException(
              "%s was not started: its class has changed, and its stored documents could not be looked at in %d s (schemaCheckLimit): %s"
                  .formatted(factory, TimeUnit.NANOSECONDS.toSeconds(limitNanos), e.getMessage()));
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private String refusal(
      String factory, String kind, List<SchemaChange> changes, Findings findings) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s was not started: its class (kind %s) has changed, and ".formatted(factory, kind));
    if (findings.objections > 0) {
      text.append(
          "%s%d of %d stored documents would be lost or could not be read. No document was touched."
              .formatted(
                  findings.looked < findings.total ? "at least " : "",
                  findings.objections,
                  findings.total));
    } else {
      text.append(
          "only %d of %d stored documents could be looked at in %d s (schemaCheckLimit). Those fit. No document was touched."
              .formatted(
                  findings.looked, findings.total, TimeUnit.NANOSECONDS.toSeconds(limitNanos)));
    }
    text.append("\nWhat has changed:");
    changes.stream()
        .filter(change -> !change.isCompatible() || findings.named.size() > 0)
        .forEach(change -> text.append("\n- ").append(change.sentence()).append('.'));
    if (!findings.named.isEmpty()) {
      text.append("\nThe first documents:");
      findings.named.forEach(one -> text.append("\n- ").append(one).append('.'));
    }
    return text.append(
            "\n"
                + "Or convert the documents by code: DocumentService.upgradedBy(version,"
                + " converter). See docs/schema-evolution.md")
        .toString();
  }
}
