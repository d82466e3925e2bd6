// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import static io.cairn.service.routes.Route.get;
import static io.cairn.service.routes.Route.post;

import io.cairn.document.DocumentJson;
import io.cairn.document.NearestName;
import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.OperationContext;
import io.cairn.service.Request;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.routes.DefaultValue;
import io.cairn.service.routes.Routes;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is below {@code /core/bulk}: requests about many documents, import and export. Any node
 * answers; each document is handled by its owner. Thread-safe.
 */
@Needs(read = Access.KNOWN, write = Access.KNOWN)
public final class BulkRoutes {

  /** So many bulk requests are under way on a host at a time. */
  private static final int AT_A_TIME = 8;

  private static final int LARGEST_LIST = 2 << 20;
  private static final String JSON = OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON;
  private static final String[] LINES = {
    "application/x-ndjson", "application/ndjson", "application/jsonl"
  };

  /** The factories of a host and their documents. */
  public interface Documents {

    /** The factory at a path; null if there is none. */
    @Nullable BulkFactory factory(String link);

    /** The links of all factories. */
    Collection<String> factories();

    /**
     * Gives the documents of a factory that whoever asks may read (the thread's {@link
     * OperationContext} says who), in the order of their links, as of one moment. Blocks.
     *
     * @param parameters {@code $filter} and {@code asOf}, where they are given
     * @param after the link behind which to begin
     * @param gone whether nobody is interested any more
     */
    void visit(
        String factory,
        Map<String, String> parameters,
        String after,
        BooleanSupplier gone,
        Visitor visitor)
        throws IOException;
  }

  /** Takes documents one by one. */
  @FunctionalInterface
  public interface Visitor {
    /** Takes one; whether to go on. */
    boolean visit(DocumentVersion document) throws IOException;
  }

  /** What a request with lines may say. */
  record LinesWishes(
      @DefaultValue("1") long from,
      @DefaultValue("FAILURES") BulkReport.Results results,
      @DefaultValue("0") long progress,
      @DefaultValue("100") int maxFailures,
      @DefaultValue("0") int perSecond) {}

  /** What an import may say. */
  record ImportWishes(
      String factory,
      @DefaultValue("REPLACE") BulkImport.Existing existing,
      @DefaultValue("1") long from,
      @DefaultValue("1") long firstLine,
      @DefaultValue("FAILURES") BulkReport.Results results,
      @DefaultValue("0") long progress,
      @DefaultValue("100") int maxFailures,
      @DefaultValue("0") int perSecond) {}

  /** What an export may say. */
  record ExportWishes(
      String factory,
      @DefaultValue("NDJSON") BulkExport.Form format,
      Optional<String> after,
      Optional<String> filter,
      Optional<String> asOf,
      @DefaultValue("0") long limit,
      @DefaultValue("0") int perSecond) {}

  private final BulkCalls calls;
  private final Documents documents;
  private final Semaphore places = new Semaphore(AT_A_TIME);

  /** Routes over the documents of a host. */
  public BulkRoutes(BulkCalls calls, Documents documents) {
    this.calls = calls;
    this.documents = documents;
  }

  /** The service that has them. */
  public Routes service() {
    Routes routes =
        Routes.at(ServiceUriPaths.CORE_BULK)
            .on(
                post("/", LinesWishes.class)
                    .takes(InputStream.class, JSON, LINES[0], LINES[1], LINES[2])
                    .to(this::requests)
                    .answers(BulkRequests.BulkAnswer.class)
                    .describedAs("Creates, changes or deletes many documents"))
            .on(
                post("/import", ImportWishes.class)
                    .takes(InputStream.class, "text/csv", LINES[0], LINES[1], LINES[2])
                    .to(this::bringIn)
                    .describedAs("Brings documents into a factory"))
            .on(
                get("/export", ExportWishes.class)
                    .to(this::giveOut)
                    .describedAs("Gives out the documents of a factory"));
    routes.toggleOption(ServiceOption.CORE, true);
    return routes;
  }

  private Object requests(Request request, LinesWishes wishes, InputStream body)
      throws IOException {
    BulkRequests requests = new BulkRequests(calls, link -> documents.factory(link) != null);
    String type = request.header(OperationVocabulary.CONTENT_TYPE_HEADER).orElse(JSON);
    if (type.startsWith(JSON)) {
      return inPlace(request, () -> requests.all(listOf(body)));
    }
    BulkReport.Wishes report =
        new BulkReport.Wishes(wishes.results(), wishes.progress(), wishes.maxFailures());
    Throttle throttle = new Throttle(wishes.perSecond());
    return written(
        request,
        LINES[0],
        out ->
            requests.run(
                new BulkLines(body, 1),
                wishes.from(),
                throttle,
                new BulkReport(out, report, wishes.from())));
  }

  private static JsonNode listOf(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(LARGEST_LIST + 1);
    if (bytes.length > LARGEST_LIST) {
      throw new IllegalArgumentException(
          "The list has more than %d bytes: send lines (%s)".formatted(LARGEST_LIST, LINES[0]));
    }
    if (bytes.length == 0) {
      throw new IllegalArgumentException("body is required: a list of items");
    }
    return DocumentJson.standard().readTree(bytes);
  }

  private Object bringIn(Request request, ImportWishes wishes, InputStream body)
      throws IOException {
    BulkFactory factory = required(wishes.factory());
    if (wishes.firstLine() < 1) {
      throw new IllegalArgumentException(
          "firstLine is %d: lines are counted from 1".formatted(wishes.firstLine()));
    }
    BulkReport.Wishes report =
        new BulkReport.Wishes(wishes.results(), wishes.progress(), wishes.maxFailures());
    Throttle throttle = new Throttle(wishes.perSecond());
    BulkImport bulk = new BulkImport(calls, factory, wishes.existing());
    String type = request.header(OperationVocabulary.CONTENT_TYPE_HEADER).orElse("");
    CsvColumns columns = type.startsWith("text/csv") ? columnsOf(factory) : null;
    return written(
        request,
        LINES[0],
        out ->
            bulk.run(
                columns == null
                    ? new BulkLines(body, wishes.firstLine())
                    : new CsvRows(body, columns, wishes.firstLine()),
                wishes.from(),
                throttle,
                new BulkReport(out, report, Math.max(wishes.from(), wishes.firstLine()))));
  }

  private Object giveOut(Request request, ExportWishes wishes) {
    BulkFactory factory = required(wishes.factory());
    if (wishes.limit() < 0) {
      throw new IllegalArgumentException(
          "limit is %d: it must not be negative".formatted(wishes.limit()));
    }
    Throttle throttle = new Throttle(wishes.perSecond());
    Map<String, String> parameters = new HashMap<>();
    wishes.filter().ifPresent(filter -> parameters.put("$filter", filter));
    wishes.asOf().ifPresent(time -> parameters.put("asOf", time));
    CsvColumns columns = wishes.format() == BulkExport.Form.CSV ? columnsOf(factory) : null;
    return written(
        request,
        wishes.format().mediaType,
        out -> {
          BulkExport export = new BulkExport(out, columns, throttle, wishes.limit());
          export.begin();
          documents.visit(
              factory.link(),
              parameters,
              wishes.after().orElse(""),
              request::isCancelled,
              export::add);
          export.end();
        });
  }

  private static CsvColumns columnsOf(BulkFactory factory) {
    return new CsvColumns(factory.description());
  }

  private BulkFactory required(String link) {
    BulkFactory factory = documents.factory(link);
    if (factory == null) {
      throw new IllegalArgumentException(
          "factory is '%s': no factory is started there%s"
              .formatted(
                  link,
                  NearestName.of(documents.factories().stream().sorted(), link)
                      .map(near -> "; did you mean " + near + "?")
                      .orElse("")));
    }
    return factory;
  }

  private BodyWriter written(Request request, String mediaType, BodyWriter writer) {
    request.answerHeader(OperationVocabulary.CONTENT_TYPE_HEADER, mediaType);
    OperationContext context = OperationContext.getOperationContext();
    return out -> {
      take(request);
      OperationContext before = OperationContext.getOperationContext();
      OperationContext.restoreOperationContext(context);
      try {
        writer.writeTo(out);
      } finally {
        OperationContext.restoreOperationContext(before);
        places.release();
      }
    };
  }

  /** Work that reads and answers. */
  @FunctionalInterface
  private interface Work {
    Object run() throws IOException;
  }

  private Object inPlace(Request request, Work work) throws IOException {
    take(request);
    try {
      return work.run();
    } finally {
      places.release();
    }
  }

  private void take(Request request) {
    if (!places.tryAcquire()) {
      request.answerHeader(OperationVocabulary.RETRY_AFTER_HEADER, "1");
      throw new Refusal(
          Operation.STATUS_CODE_UNAVAILABLE,
          "%d bulk requests are under way on this host; send this one again later"
              .formatted(AT_A_TIME));
    }
  }
}
