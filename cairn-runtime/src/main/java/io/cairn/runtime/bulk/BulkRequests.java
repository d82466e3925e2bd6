// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.DocumentJson;
import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.bulk.BulkResult.Outcome;
import io.cairn.runtime.bulk.BulkResult.Place;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.uri.Links;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Does the items of a bulk request: each creates, changes or deletes one document, on its own and
 * with its own result. Nothing holds them together: when one fails, the others are done all the
 * same.
 */
final class BulkRequests {

  /** A list has at most so many items; lines have no such limit. */
  static final int MOST_ITEMS = 1_000;

  private static final Set<String> FIELDS = Set.of("action", "link", "body", "ifMatch");

  private final BulkCalls calls;
  private final Predicate<String> isFactory;

  /**
   * The answer to a list.
   *
   * @param results one for each item, in their order
   */
  record BulkAnswer(long succeeded, long failed, List<BulkResult> results) {}

  /**
   * A request.
   *
   * @param document the link of the document that it is about; null if that is not known yet
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, by this class
  private record Item(
      Action action,
      String link,
      byte @Nullable [] body,
      @Nullable String ifMatch,
      @Nullable String document) {}

  /**
   * Requests of a host.
   *
   * @param isFactory whether a factory answers at a path
   */
  BulkRequests(BulkCalls calls, Predicate<String> isFactory) {
    this.calls = calls;
    this.isFactory = isFactory;
  }

  /** Does a list of items. */
  BulkAnswer all(JsonNode list) throws IOException {
    if (!list.isArray()) {
      throw new IllegalArgumentException(
          "The body must be a list of items, such as"
              + " [{\"action\": \"DELETE\", \"link\": \"/core/examples/a\"}]");
    }
    if (list.size() > MOST_ITEMS) {
      throw new IllegalArgumentException(
          "The list has %d items, at most %d are allowed: send lines (application/x-ndjson)"
              .formatted(list.size(), MOST_ITEMS));
    }
    List<BulkResult> results = new ArrayList<>();
    BulkWindow window = new BulkWindow(results::add);
    for (int i = 0; i < list.size(); i++) {
      add(Place.item(i + 1), list.get(i), window);
    }
    window.finish();
    long failed = results.stream().filter(each -> each.outcome() == Outcome.FAILED).count();
    return new BulkAnswer(results.size() - failed, failed, results);
  }

  /**
   * Does the items that lines have, from a line on, and reports.
   *
   * @param from lines before this one are skipped
   */
  void run(BulkRows rows, long from, Throttle throttle, BulkReport report) throws IOException {
    BulkWindow window = new BulkWindow(report::take);
    String stopped = null;
    for (BulkRows.Row row = rows.next(); row != null; row = rows.next()) {
      if (row.line() < from) {
        continue;
      }
      throttle.pass();
      Place place = Place.line(row.line());
      JsonNode content = row.content();
      if (content == null) {
        window.add(place.malformed(null, String.valueOf(row.problem())));
      } else {
        add(place, content, window);
      }
      if (report.isOver()) {
        stopped = BulkImport.TOO_MANY;
        break;
      }
    }
    window.finish();
    report.end(stopped);
  }

  private void add(Place place, JsonNode content, BulkWindow window) throws IOException {
    Item item;
    try {
      item = itemOf(content);
    } catch (IllegalArgumentException e) {
      window.add(place.malformed(null, String.valueOf(e.getMessage())));
      return;
    }
    byte[] body = item.body();
    window.add(item.document(), body == null ? 0 : body.length, () -> send(place, item));
  }

  private CompletableFuture<BulkResult> send(Place place, Item item) {
    return calls
        .send(item.action(), item.link(), item.body(), Operation.IF_MATCH_HEADER, item.ifMatch())
        .thenApply(
            done -> {
              if (!BulkCalls.isDone(done)) {
                return place.failed(item.link(), done);
              }
              String location = done.getResponseHeader(Operation.LOCATION_HEADER);
              return place.is(
                  outcomeOf(item, done), location == null ? item.link() : location, done);
            });
  }

  private Outcome outcomeOf(Item item, Operation done) {
    if (done.getStatusCode() == Operation.STATUS_CODE_NOT_MODIFIED) {
      return Outcome.UNCHANGED;
    }
    return switch (item.action()) {
      case DELETE -> Outcome.DELETED;
      case POST -> isFactory.test(item.link()) ? Outcome.CREATED : Outcome.UPDATED;
      default -> Outcome.UPDATED;
    };
  }

  private Item itemOf(JsonNode content) {
    for (Map.Entry<String, JsonNode> field : content.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new IllegalArgumentException(
            "it has the unknown field '%s'%s"
                .formatted(
                    field.getKey(),
                    NearestName.of(FIELDS.stream().sorted(), field.getKey())
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("")));
      }
    }
    Action action = actionOf(content.path("action").asString(""));
    String link = content.path("link").asString("");
    boolean factory = isFactory.test(link);
    int slash = link.lastIndexOf('/');
    boolean child = slash > 0 && isFactory.test(link.substring(0, slash)) && !factory;
    if (!child && !(factory && action == Action.POST)) {
      throw new IllegalArgumentException(
          "its link '%s' is neither a document of a factory nor, for a POST, a factory"
              .formatted(link));
    }
    JsonNode body = content.get("body");
    boolean none = body == null || body.isNull();
    if (none && (action == Action.PUT || action == Action.PATCH)) {
      throw new IllegalArgumentException("a " + action + " needs a body");
    }
    String ifMatch = content.path("ifMatch").asString("");
    return new Item(
        action,
        link,
        none ? null : DocumentJson.standard().toBytes(body),
        ifMatch.isEmpty() ? null : ifMatch,
        factory ? childIn(link, body) : link);
  }

  /** The link that a new document asks for; what is wrong with it, its factory will say. */
  private static @Nullable String childIn(String factory, @Nullable JsonNode body) {
    String wanted =
        body == null ? "" : body.path(ServiceDocument.FIELD_NAME_SELF_LINK).asString("");
    try {
      return wanted.isEmpty() ? null : Links.childOf(factory, wanted);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Action actionOf(String name) {
    List<Action> possible = List.of(Action.POST, Action.PUT, Action.PATCH, Action.DELETE);
    return Arrays.stream(Action.values())
        .filter(possible::contains)
        .filter(action -> action.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its action is '%s': it must be POST, PUT, PATCH or DELETE".formatted(name)));
  }
}
