// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.query.QueryFilter;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.documents.CompanionLinks;
import io.cairn.runtime.documents.StoredForms;
import io.cairn.runtime.security.Restrictions;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.search.DocumentSearch;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which documents somebody watches: those of a scope that can be looked up, and of these what a
 * query matches. Two filters are equal if they say the same. Immutable, thread-safe.
 */
final class WatchFilter {

  /** What can be looked up of a change, so that it is not put to each filter. */
  enum Scope {
    /** One document. */
    LINK(0),
    /** Those directly under a path. */
    PARENT(1),
    /** Those of a kind. */
    KIND(2),
    /** All. */
    ALL(3);

    private final int code;

    Scope(int code) {
      this.code = code;
    }

    private static Scope of(int code) {
      for (Scope scope : values()) {
        if (scope.code == code) {
          return scope;
        }
      }
      throw new MalformedException("a scope is " + code);
    }
  }

  /** What a change means to whoever watches. */
  enum Verdict {
    /** Nothing. */
    NONE,
    /** The document matches, as it is now. */
    CHANGED,
    /** It has matched and does not any more. */
    LEFT,
    /** It has matched and is gone. */
    DELETED;

    /** What is told of it. */
    ChangeSink.Fate fate() {
      return switch (this) {
        case NONE -> throw new IllegalStateException("nothing is told of it");
        case CHANGED -> ChangeSink.Fate.CHANGED;
        case LEFT -> ChangeSink.Fate.LEFT;
        case DELETED -> ChangeSink.Fate.DELETED;
      };
    }
  }

  private final Scope scope;
  private final String name;
  private final String query;
  private final boolean scans;
  private final @Nullable QueryFilter filter;

  private WatchFilter(Scope scope, String name, String query, boolean scans) {
    this.scope = scope;
    this.name = name;
    this.query = query;
    this.scans = scans;
    this.filter = query.isEmpty() ? null : QueryFilter.create(parsed(query));
  }

  private static Query parsed(String query) {
    return DocumentJson.standard().fromJson(query, Query.class);
  }

  /**
   * A filter.
   *
   * @param name the link, path or kind; empty for all
   * @param query null if all documents of the scope match
   * @throws IllegalArgumentException if the query cannot be evaluated on one document alone
   */
  static WatchFilter of(Scope scope, String name, @Nullable Query query) {
    return new WatchFilter(
        scope, name, query == null ? "" : DocumentJson.standard().toJson(query), false);
  }

  /** The same, whose patterns may look at any number of values for the present matches. */
  WatchFilter scanning(boolean allowed) {
    return allowed && !scans ? new WatchFilter(scope, name, query, true) : this;
  }

  /** A filter of whatever a query matches, with the narrowest scope that it allows. */
  static WatchFilter of(Query query) {
    String link = required(query, ServiceDocument.FIELD_NAME_SELF_LINK);
    if (link != null) {
      return of(Scope.LINK, link, query);
    }
    String kind = required(query, ServiceDocument.FIELD_NAME_KIND);
    return kind == null ? of(Scope.ALL, "", query) : of(Scope.KIND, kind, query);
  }

  /** The same of what a query matches, too; the same if that is null. */
  WatchFilter within(@Nullable Query limit) {
    return limit == null
        ? this
        : of(scope, name, Restrictions.both(restriction(), limit)).scanning(scans);
  }

  /** Lets everything through. */
  static WatchFilter all() {
    return of(Scope.ALL, "", null);
  }

  /** The value that a field of every match has; null if a query does not say so. */
  private static @Nullable String required(Query query, String field) {
    if (query.term != null) {
      boolean exact =
          field.equals(query.term.propertyName)
              && query.term.range == null
              && (query.term.matchType == null
                  || query.term.matchType == io.cairn.query.QueryTask.QueryTerm.MatchType.TERM);
      return exact ? query.term.matchValue : null;
    }
    if (query.booleanClauses != null) {
      for (Query clause : query.booleanClauses) {
        boolean must = clause.occurance == null || clause.occurance == Occurance.MUST_OCCUR;
        String found = must ? required(clause, field) : null;
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  Scope scope() {
    return scope;
  }

  String name() {
    return name;
  }

  /**
   * Whether a document may be of interest.
   *
   * @param kind null if it is not known
   */
  boolean concerns(String link, @Nullable String kind) {
    if (DocumentVersion.isHidden(link)) {
      return false;
    }
    return switch (scope) {
      case LINK -> link.equals(name);
      case PARENT -> name.equals(parentOf(link));
      case KIND -> kind == null || kind.equals(name);
      case ALL -> !CompanionLinks.isOne(link);
    };
  }

  static String parentOf(String link) {
    return link.substring(0, Math.max(0, link.lastIndexOf('/')));
  }

  /** What documents of the scope must match; null if nothing. */
  @Nullable QueryFilter query() {
    return filter;
  }

  /** What a change means. */
  Verdict judge(Judged judged) {
    Change change = judged.change();
    DocumentVersion now = change.now();
    if (!concerns(change.link(), change.kind())) {
      return Verdict.NONE;
    }
    if (now == null || now.isTombstone()) {
      return hasMatched(judged) ? Verdict.DELETED : Verdict.NONE;
    }
    if (matches(now, judged.now(), judged)) {
      return Verdict.CHANGED;
    }
    return now.version() > 0 && hasMatched(judged) ? Verdict.LEFT : Verdict.NONE;
  }

  /** Whether the document has matched before, or may have: to hear of an end twice does no harm. */
  private boolean hasMatched(Judged judged) {
    Change change = judged.change();
    if (!change.isBeforeKnown()) {
      return true;
    }
    DocumentVersion before = change.before();
    return before != null && !before.isTombstone() && matches(before, judged.before(), judged);
  }

  private boolean matches(DocumentVersion version, @Nullable JsonNode tree, Judged judged) {
    if (filter == null) {
      return true;
    }
    ServiceDocumentDescription description =
        version.kind() == null ? null : judged.forms().describe(version.kind());
    return tree != null && filter.evaluateAsIndexed(tree, description);
  }

  /** Whether a current document matches. */
  boolean matches(DocumentVersion version, StoredForms forms) {
    Change alone = new Change(0, version.link(), version, null, true, false);
    return judge(new Judged(alone, forms)) == Verdict.CHANGED;
  }

  /** The query for the index that finds the present matches. */
  QuerySpecification specification() {
    QuerySpecification specification = new QuerySpecification();
    if (scans) {
      specification.options.add(QueryOption.ALLOW_SCAN);
    }
    specification.query =
        switch (scope) {
          case LINK -> term(ServiceDocument.FIELD_NAME_SELF_LINK);
          case PARENT -> term(DocumentSearch.PROPERTY_PARENT);
          case KIND -> term(ServiceDocument.FIELD_NAME_KIND);
          case ALL ->
              new Query()
                  .setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK)
                  .setTermMatchValue("*")
                  .setTermMatchType(io.cairn.query.QueryTask.QueryTerm.MatchType.WILDCARD);
        };
    return specification;
  }

  private Query term(String property) {
    return new Query().setTermPropertyName(property).setTermMatchValue(name);
  }

  /** What else the present matches must match; null if nothing. */
  @Nullable Query restriction() {
    return query.isEmpty() ? null : parsed(query);
  }

  void write(WireWriter out) {
    out.u8(scope.code).text(name).text(query).flag(scans);
  }

  static WatchFilter read(WireReader in) {
    return new WatchFilter(Scope.of(in.u8()), in.text(), in.text(), in.flag());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WatchFilter that
        && scope == that.scope
        && scans == that.scans
        && name.equals(that.name)
        && query.equals(that.query);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + query.hashCode();
  }
}
