// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

/** What servers are asked to do. */
public enum WorkKind {
  /** Make a new document. */
  CREATE("create"),
  /** Change one of a thousand documents. */
  PATCH("patch over 1,000"),
  /** Change always the same document. */
  PATCH_HOT("patch one hot"),
  /** Read always the same document, where it lives. */
  GET("get one, at its owner"),
  /** Read it by way of another host. */
  GET_OTHER("get one, at another host"),
  /** Read one of a thousand documents. */
  GET_SPREAD("get over 1,000"),
  /** List ten documents with their content. */
  LIST("list 10, expanded"),
  /** List a hundred documents with their content. */
  LIST_HUNDRED("list 100, expanded"),
  /** Find one document by a field. */
  QUERY("query by name"),
  /** Find a hundred documents by the beginning of a field, with their content. */
  QUERY_PREFIX("query by prefix, 100 expanded"),
  /** Find the first hundred of all in the order of a text. */
  QUERY_SORT("sort all, first 100"),
  /** Find documents by two words of a text. */
  QUERY_TEXT("query by phrase, first 100"),
  /** Count documents by a number: a twentieth of all. */
  COUNT("count one of 20 values"),
  /** Put all into twenty groups. */
  QUERY_GROUP("group all by 20 values");

  private final String title;

  WorkKind(String title) {
    this.title = title;
  }

  /** As reports have it. */
  public String title() {
    return title;
  }

  /** Whether many documents are searched, so that they must be there before. */
  public boolean searches() {
    return switch (this) {
      case LIST, LIST_HUNDRED, QUERY, QUERY_PREFIX, QUERY_SORT, QUERY_TEXT, COUNT, QUERY_GROUP ->
          true;
      default -> false;
    };
  }

  /** Whether it changes something. */
  public boolean writes() {
    return switch (this) {
      case CREATE, PATCH, PATCH_HOT -> true;
      default -> false;
    };
  }
}
