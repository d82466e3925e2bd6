// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.schema.StateSchema;
import io.cairn.net.RepeatedWarnings;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.runtime.model.ServiceModel;
import io.cairn.store.index.DescriptionSource;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.IndexForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The forms of the documents of all kinds that this host knows: how they are described, and how
 * documents of earlier forms are shown and found. Thread-safe.
 */
public final class StoredForms implements DescriptionSource {

  private final RepeatedWarnings warnings;

  private final Map<String, ServiceDocumentDescription> descriptions = new ConcurrentHashMap<>();

  /** For documents that are indexed before their kind is described again. */
  private final KindMemory memory;

  private final AtomicLong generation = new AtomicLong();

  /** Those kinds of which stored documents may have an earlier form. */
  private final Map<String, StateSchema> changing = new ConcurrentHashMap<>();

  /**
   * Knows no kind yet.
   *
   * @param nanoTime what the pauses between warnings are measured by
   */
  public StoredForms(LongSupplier nanoTime) {
    this(nanoTime, KindMemory.none());
  }

  /**
   * Knows no kind yet, but how some were described when this node ran last.
   *
   * @param nanoTime what the pauses between warnings are measured by
   */
  public StoredForms(LongSupplier nanoTime, KindMemory memory) {
    this.memory = memory;
    warnings = new RepeatedWarnings(LoggerFactory.getLogger(StoredForms.class), nanoTime);
  }

  /** Takes up a kind; tells whether it was not known before, or indexed in another way. */
  synchronized boolean learn(ServiceModel model) {
    String readBefore = reading(model.kind());
    generation.incrementAndGet();
    if (model.schema().isUnchanging()) {
      changing.remove(model.kind());
    } else {
      changing.put(model.kind(), model.schema());
    }
    ServiceDocumentDescription before = descriptions.put(model.kind(), model.description());
    generation.incrementAndGet();
    // How a converter changes documents cannot be remembered.
    memory.remember(model.kind(), model.schema().isUnchanging() ? model.description() : null);
    return before == null
        || !IndexForm.of(before, readBefore)
            .equals(IndexForm.of(model.description(), model.schema().reading()));
  }

  /** Takes up a kind of documents that the runtime keeps itself. */
  public synchronized void learn(String kind, ServiceDocumentDescription description) {
    generation.incrementAndGet();
    descriptions.put(kind, description);
    generation.incrementAndGet();
    memory.remember(kind, description);
  }

  /** The descriptions of all kinds that are known by now, by kind; a view. */
  Map<String, ServiceDocumentDescription> descriptions() {
    return Collections.unmodifiableMap(descriptions);
  }

  @Override
  public @Nullable ServiceDocumentDescription describe(String kind) {
    ServiceDocumentDescription known = descriptions.get(kind);
    return known == null ? memory.find(kind) : known;
  }

  @Override
  public String reading(String kind) {
    StateSchema schema = changing.get(kind);
    return schema == null ? "" : schema.reading();
  }

  @Override
  public long generation() {
    return generation.get();
  }

  @Override
  public Set<String> kinds() {
    return descriptions().keySet();
  }

  /** A document that cannot be converted is shown as it is stored: a list is more than one. */
  @Override
  public byte[] present(String kind, byte[] json) {
    StateSchema schema = changing.get(kind);
    if (schema == null) {
      return json;
    }
    try {
      return schema.present(json);
    } catch (RuntimeException e) {
      warnings.warn("A document of kind " + kind + " is shown as it is stored", e);
      return json;
    }
  }

  /** A version in the present form of its kind. */
  public DocumentVersion present(DocumentVersion stored) {
    String kind = stored.kind();
    if (kind == null || changing.isEmpty()) {
      return stored;
    }
    byte[] json = present(kind, stored.json());
    return Arrays.equals(json, stored.json()) ? stored : stored.withJson(json);
  }

  /**
   * A query that finds documents which still have former names of the fields that it asks for.
   *
   * @return the specification itself where there are no such names
   */
  public QuerySpecification widened(QuerySpecification specification) {
    List<Former> names = new ArrayList<>();
    changing.forEach(
        (kind, schema) ->
            schema
                .renamings()
                .forEach(
                    renaming -> names.add(new Former(kind, renaming.path(), renaming.former()))));
    if (names.isEmpty()) {
      return specification;
    }
    Query query = wider(specification.query, names);
    if (query == null) {
      return specification;
    }
    QuerySpecification wider = new QuerySpecification();
    specification.copyTo(wider);
    wider.query = query;
    return wider;
  }

  /** One field of a kind, with a name that it had. */
  private record Former(String kind, String path, String former) {
    /** What a property was called; null if it is not of this field. */
    @Nullable String nameOf(String property) {
      boolean same = property.equals(path) || property.startsWith(path + '.');
      return same ? former + property.substring(path.length()) : null;
    }
  }

  /** The query with former names beside the present ones; null if it asks for none of them. */
  private static @Nullable Query wider(Query query, List<Former> names) {
    if (query.term != null && query.term.propertyName != null) {
      return widerTerm(query, query.term.propertyName, names);
    }
    if (query.booleanClauses == null) {
      return null;
    }
    boolean changed = false;
    Query wider = new Query();
    wider.occurance = query.occurance;
    Map<Former, Query> before = new LinkedHashMap<>();
    for (Query clause : query.booleanClauses) {
      if (clause.term != null && clause.occurance == Occurance.SHOULD_OCCUR) {
        wider.addBooleanClause(clause);
        addBefore(clause, names, before);
      } else {
        Query other = wider(clause, names);
        changed |= other != null;
        wider.addBooleanClause(other == null ? clause : other);
      }
    }
    before.forEach((name, terms) -> wider.addBooleanClause(ofKind(name.kind(), terms)));
    return changed || !before.isEmpty() ? wider : null;
  }

  /** All alternatives of one former name together, so that many values of it stay one set. */
  private static void addBefore(Query clause, List<Former> names, Map<Former, Query> before) {
    String property = clause.term == null ? null : clause.term.propertyName;
    for (Former name : names) {
      String former = property == null ? null : name.nameOf(property);
      if (former != null) {
        before
            .computeIfAbsent(name, _ -> new Query().setOccurance(Occurance.MUST_OCCUR))
            .addBooleanClause(DocumentJson.standard().copy(clause).setTermPropertyName(former));
      }
    }
  }

  /** An alternative: documents of a kind that match something. */
  private static Query ofKind(String kind, Query matching) {
    return new Query()
        .setOccurance(Occurance.SHOULD_OCCUR)
        .addBooleanClause(
            new Query()
                .setTermPropertyName(ServiceDocument.FIELD_NAME_KIND)
                .setTermMatchValue(kind))
        .addBooleanClause(matching);
  }

  private static @Nullable Query widerTerm(Query query, String property, List<Former> names) {
    Query either = new Query();
    either.occurance = query.occurance;
    for (Former name : names) {
      String former = name.nameOf(property);
      if (former != null) {
        Query before = DocumentJson.standard().copy(query).setOccurance(Occurance.MUST_OCCUR);
        before.setTermPropertyName(former);
        either.addBooleanClause(ofKind(name.kind(), before));
      }
    }
    return either.booleanClauses == null
        ? null
        : either.addBooleanClause(
            DocumentJson.standard().copy(query).setOccurance(Occurance.SHOULD_OCCUR));
  }
}
