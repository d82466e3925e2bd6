// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.NumericRange;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import java.util.Collection;
import java.util.Locale;

/**
 * The methods of {@link QueryTask.Query.Builder}, apart so that its file stays readable.
 *
 * @param <B> the builder that the methods return
 */
public abstract sealed class QueryBuilder<B extends QueryBuilder<B>>
    permits QueryTask.Query.Builder {
  private final Query query = new Query();

  QueryBuilder(Occurance occurance) {
    query.occurance = occurance;
  }

  abstract B self();

  /** Matches the documents of a class. */
  public B addKindFieldClause(Class<?> documentType) {
    return addKindFieldClause(documentType, Occurance.MUST_OCCUR);
  }

  public B addKindFieldClause(Class<?> documentType, Occurance occurance) {
    String kind = DocumentKinds.shared().kindOf(documentType);
    return addFieldClause(ServiceDocument.FIELD_NAME_KIND, kind, occurance);
  }

  public B addFieldClause(String fieldName, String value) {
    return addFieldClause(fieldName, value, MatchType.TERM, Occurance.MUST_OCCUR);
  }

  public B addFieldClause(String fieldName, Enum<?> value) {
    return addFieldClause(fieldName, value.name());
  }

  /** Matches a value of any type: a whole number as a range, another by its text. */
  public B addFieldClause(String fieldName, Object value) {
    return switch (value) {
      case Long number -> addFieldClause(fieldName, number.longValue());
      case Integer number -> addFieldClause(fieldName, number.longValue());
      default -> addFieldClause(fieldName, QuerySpecification.toMatchValue(value));
    };
  }

  public B addFieldClause(String fieldName, boolean value) {
    return addFieldClause(fieldName, Boolean.toString(value));
  }

  /** Matches a whole number. */
  public B addFieldClause(String fieldName, long value) {
    return addRangeClause(fieldName, NumericRange.createEqualRange(value));
  }

  public B addFieldClause(String fieldName, String value, MatchType matchType) {
    return addFieldClause(fieldName, value, matchType, Occurance.MUST_OCCUR);
  }

  public B addFieldClause(String fieldName, String value, Occurance occurance) {
    return addFieldClause(fieldName, value, MatchType.TERM, occurance);
  }

  public B addFieldClause(
      String fieldName, String value, MatchType matchType, Occurance occurance) {
    return addClause(
        new Query()
            .setTermPropertyName(fieldName)
            .setTermMatchValue(value)
            .setTermMatchType(matchType)
            .setOccurance(occurance));
  }

  /** Matches a field that is indexed in lower case, whatever the case of {@code value}. */
  public B addCaseInsensitiveFieldClause(
      String fieldName, String value, MatchType matchType, Occurance occurance) {
    return addFieldClause(fieldName, value.toLowerCase(Locale.ENGLISH), matchType, occurance);
  }

  /** Matches where a collection contains an item. */
  public B addCollectionItemClause(String collectionName, String item) {
    return addCollectionItemClause(collectionName, item, Occurance.MUST_OCCUR);
  }

  public B addCollectionItemClause(String collectionName, String item, Occurance occurance) {
    String name = QuerySpecification.buildCollectionItemName(collectionName);
    return addFieldClause(name, item, occurance);
  }

  /** Matches where a field has one of the values; no values match nothing. */
  public B addInClause(String fieldName, Collection<String> values) {
    return addInClause(fieldName, values, Occurance.MUST_OCCUR);
  }

  public B addInClause(String fieldName, Collection<String> values, Occurance occurance) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("No values given for field " + fieldName);
    }
    if (values.size() == 1) {
      return addFieldClause(fieldName, values.iterator().next(), occurance);
    }
    Query in = new Query().setOccurance(occurance);
    for (String value : values) {
      in.addBooleanClause(
          new Query()
              .setTermPropertyName(fieldName)
              .setTermMatchValue(value)
              .setTermMatchType(MatchType.TERM)
              .setOccurance(Occurance.SHOULD_OCCUR));
    }
    return addClause(in);
  }

  /** Matches where a collection contains one of the values. */
  public B addInCollectionItemClause(String collectionName, Collection<String> values) {
    return addInCollectionItemClause(collectionName, values, Occurance.MUST_OCCUR);
  }

  public B addInCollectionItemClause(
      String collectionName, Collection<String> values, Occurance occurance) {
    String name = QuerySpecification.buildCollectionItemName(collectionName);
    return addInClause(name, values, occurance);
  }

  /** Matches a field inside a field. */
  public B addCompositeFieldClause(String parent, String child, String value) {
    return addCompositeFieldClause(parent, child, value, Occurance.MUST_OCCUR);
  }

  public B addCompositeFieldClause(String parent, String child, String value, Occurance occurance) {
    String name = QuerySpecification.buildCompositeFieldName(parent, child);
    return addFieldClause(name, value, occurance);
  }

  public B addCompositeFieldClause(
      String parent, String child, String value, MatchType matchType, Occurance occurance) {
    String name = QuerySpecification.buildCompositeFieldName(parent, child);
    return addFieldClause(name, value, matchType, occurance);
  }

  public B addRangeClause(String fieldName, NumericRange<?> range) {
    return addRangeClause(fieldName, range, Occurance.MUST_OCCUR);
  }

  public B addRangeClause(String fieldName, NumericRange<?> range, Occurance occurance) {
    return addClause(
        new Query().setTermPropertyName(fieldName).setNumericRange(range).setOccurance(occurance));
  }

  /** Adds a query as a clause. */
  public B addClause(Query clause) {
    if (query.term != null) {
      throw new IllegalStateException("The query has a term already and cannot have clauses");
    }
    query.addBooleanClause(clause);
    return self();
  }

  /** Adds queries as clauses. */
  public B addClauses(Query first, Query... others) {
    addClause(first);
    for (Query other : others) {
      addClause(other);
    }
    return self();
  }

  /** Makes the query one term instead of clauses. */
  public B setTerm(String fieldName, String value) {
    return setTerm(fieldName, value, MatchType.TERM);
  }

  public B setTerm(String fieldName, String value, MatchType matchType) {
    refuseClauses();
    query.setTermPropertyName(fieldName).setTermMatchValue(value).setTermMatchType(matchType);
    return self();
  }

  public B setTerm(String fieldName, String value, Occurance occurance) {
    query.setOccurance(occurance);
    return setTerm(fieldName, value);
  }

  public B setTerm(String fieldName, NumericRange<?> range) {
    refuseClauses();
    query.setTermPropertyName(fieldName).setNumericRange(range);
    return self();
  }

  /** Returns the query. The builder must not be used afterwards. */
  public Query build() {
    return query;
  }

  private void refuseClauses() {
    if (query.booleanClauses != null) {
      throw new IllegalStateException("The query has clauses already and cannot have a term");
    }
  }
}
