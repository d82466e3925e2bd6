// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.query.QueryTask.Query;
import io.cairn.service.Service.Action;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what. It is the only one that does, and it denies unless something allows.
 * Never blocks and asks nobody outside this node: all that it needs is in memory. Thread-safe.
 */
public interface Authorizer {

  /**
   * Decides about one document or link.
   *
   * @param action what is to be done: the verb of the request; GET for what is read by a listing, a
   *     query, a subscription or a stream; POST for a create, of which the target is the new state
   */
  Decision decide(Subject subject, Action action, Target target);

  /**
   * Decides whether there is anything at all that a subject may do this to: whoever may not, is
   * refused before it is looked whether there is what it asks for.
   */
  Decision decideAny(Subject subject, Action action);

  /**
   * Whether there may be documents that a subject may do this to, as far as links and kinds tell.
   *
   * @param prefix what the links of the documents begin with
   * @param kind of the documents; null if it is not known
   */
  boolean mightAllow(Subject subject, Action action, String prefix, @Nullable String kind);

  /**
   * Decides whether a subject may leave a document so: one of a tenant leaves it to its tenant.
   * Roles have been asked about what it was.
   */
  Decision decideResult(Subject subject, Target next);

  /**
   * The same for many documents at once: which of them the subject may read or change, as something
   * that the index can look up. It says of each document what {@link #decide} says.
   *
   * @return null if that is all of them; a query that matches nothing if it is none
   */
  @Nullable Query visible(Subject subject, Action action);

  /**
   * Grows whenever something has changed that decisions depend on. Whoever keeps a decision beyond
   * one request (a feed, a continuous query, pages) asks again when this has grown.
   */
  long revision();

  /**
   * Whether what proved a subject still holds: its token has not expired and was not revoked, its
   * user is there and is not disabled.
   */
  boolean isValid(Subject subject);
}
