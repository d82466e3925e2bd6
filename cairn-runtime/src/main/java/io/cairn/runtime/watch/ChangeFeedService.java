// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.watch;

import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.Query.Occurance;
import io.cairn.query.QueryTask.QueryTerm.MatchType;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A feed of all documents of a node selector, for whoever keeps a copy of them: a cache, a search
 * engine, a broker. It has a name, and the group keeps up to where its consumer has come: a GET
 * with {@code Accept: text/event-stream} on any node goes on from there. The consumer confirms what
 * it has dealt with by a PATCH with the id of the event; what it has not confirmed comes again.
 */
@Needs(read = Access.FILTERED, write = Access.GRANTED)
public final class ChangeFeedService extends StatefulService {

  /** What a feed tells of, and up to where it was confirmed. */
  public static final class ChangeFeedState extends ServiceDocument {
    /** Whose documents; the default selector's if absent. */
    public @Nullable String nodeSelectorLink;

    /** Which of them, as {@code $filter} of a listing; all if absent. */
    public @Nullable String filter;

    /**
     * The id of the last event that the consumer has dealt with. Absent until it has confirmed one:
     * then the feed begins with all documents as they are.
     */
    public @Nullable String confirmed;
  }

  private final Consumer<ChangeFeedState> check;

  private ChangeFeedService(Consumer<ChangeFeedState> check) {
    super(ChangeFeedState.class);
    this.check = check;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  /**
   * A factory of feeds.
   *
   * @param check throws {@link IllegalArgumentException} for a feed that cannot be
   */
  static FactoryService createFactory(Consumer<ChangeFeedState> check) {
    return FactoryService.create(
        () -> (Service) new ChangeFeedService(check), ChangeFeedState.class, ServiceOption.CORE);
  }

  /** Everything but feeds: to be told of what it confirms itself would keep a consumer busy. */
  static Query withoutFeeds(@Nullable Query query) {
    Query feeds =
        new Query()
            .setTermPropertyName(ServiceDocument.FIELD_NAME_SELF_LINK)
            .setTermMatchValue(ServiceUriPaths.CORE_CHANGE_FEEDS + "/")
            .setTermMatchType(MatchType.PREFIX)
            .setOccurance(Occurance.MUST_NOT_OCCUR);
    Query all = new Query().addBooleanClause(feeds);
    return query == null ? all : all.addBooleanClause(query.setOccurance(Occurance.MUST_OCCUR));
  }

  /** The selector of a feed. */
  static String selectorOf(ChangeFeedState feed) {
    return feed.nodeSelectorLink == null
        ? ServiceUriPaths.DEFAULT_NODE_SELECTOR
        : feed.nodeSelectorLink;
  }

  @Override
  public void handleCreate(Operation post) {
    ChangeFeedState feed = post.hasBody() ? getBody(post) : new ChangeFeedState();
    checkWhole(feed);
    post.setBody(feed).complete();
  }

  private void checkWhole(ChangeFeedState feed) {
    feed.nodeSelectorLink = selectorOf(feed);
    check.accept(feed);
    if (feed.confirmed != null) {
      var _ = parsed(feed.confirmed);
    }
  }

  private static ResumeToken parsed(String confirmed) {
    try {
      return ResumeToken.parse(confirmed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("confirmed: " + e.getMessage(), e);
    }
  }

  /** Replaces a feed, for a consumer that wants to begin anew or to go back. */
  @Override
  public void handlePut(Operation put) {
    ChangeFeedState feed = getBody(put);
    checkWhole(feed);
    setState(put, feed);
    put.setBody(feed).complete();
  }

  /** Confirms: forward only, so that a confirmation that comes late takes nothing back. */
  @Override
  public void handlePatch(Operation patch) {
    ChangeFeedState feed = Objects.requireNonNull(getState(patch));
    ChangeFeedState body = getBody(patch);
    if (body.confirmed == null) {
      throw new IllegalArgumentException(
          "confirmed is required: the id of the last event that was dealt with. PUT the whole feed to change what it tells of");
    }
    ResumeToken confirmed = parsed(body.confirmed);
    if (feed.confirmed != null) {
      ResumeToken present = parsed(feed.confirmed);
      if (present.isAtLeast(confirmed)) {
        patch
            .addPragmaDirective(Operation.PRAGMA_DIRECTIVE_STATE_NOT_MODIFIED)
            .setBody(feed)
            .complete();
        return;
      }
      if (!confirmed.isAtLeast(present)) {
        throw new IllegalArgumentException(
            "confirmed is of another feed, or of an event that did not come behind all that was confirmed before");
      }
    }
    feed.confirmed = body.confirmed;
    patch.setBody(feed).complete();
  }
}
