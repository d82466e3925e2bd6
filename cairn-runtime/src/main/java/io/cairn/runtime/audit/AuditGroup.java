// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.TypeName;
import io.cairn.net.OncePerMinute;
import io.cairn.query.QueryTask;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification.QueryOption;
import io.cairn.runtime.audit.AuditDelivery.Taken;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.security.AuditArguments;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records that the group has, as documents: makes them, and ends the oldest. Thread-safe. */
final class AuditGroup {

  private static final Logger log = LoggerFactory.getLogger(AuditGroup.class);
  private static final AuthorizationContext SYSTEM = SubjectContext.of(Subject.SYSTEM);
  private static final long PATIENCE_MICROS = TimeUnit.SECONDS.toMicros(10);
  private static final int MOST_ENDED = 1_000;
  private static final int CLIENT_ERROR = 400;
  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final ServiceHost host;
  private final AuditArguments settings;
  private final AuditTime time;
  private final OncePerMinute warnings;

  AuditGroup(ServiceHost host, AuditArguments settings, AuditTime time) {
    this.host = host;
    this.settings = settings;
    this.time = time;
    this.warnings = new OncePerMinute(time.nanoTime());
  }

  /** Makes a record a document. The future always completes. */
  CompletableFuture<Taken> take(AuditRecord record) {
    record.documentExpirationTimeMicros = record.timeMicros + settings.retentionMicros;
    return send(Operation.createPost(host, AuditService.FACTORY_LINK).setBodyNoCloning(record))
        .thenApply(AuditGroup::taken);
  }

  private static Taken taken(Operation answer) {
    int status = answer.getStatusCode();
    if (status < CLIENT_ERROR || status == Operation.STATUS_CODE_CONFLICT) {
      return Taken.YES;
    }
    boolean later =
        status >= SERVER_ERROR || status == NOT_FOUND || status == TIMEOUT || status == TOO_MANY;
    return later ? Taken.LATER : Taken.NEVER;
  }

  private CompletableFuture<Operation> send(Operation op) {
    CompletableFuture<Operation> answered = new CompletableFuture<>();
    try {
      host.sendRequest(
          op.setReferer(host.getUri())
              .setAuthorizationContext(SYSTEM)
              .setExpiration(time.nowMicros().getAsLong() + PATIENCE_MICROS)
              .disableFailureLogging(true)
              .setCompletion(
                  (done, failure) -> {
                    if (failure != null && done.getStatusCode() < CLIENT_ERROR) {
                      done.setStatusCode(SERVER_ERROR);
                    }
                    answered.complete(done);
                  }));
    } catch (RuntimeException e) {
      log.debug("A record of the audit could not be sent", e);
      answered.complete(op.setStatusCode(SERVER_ERROR)); // the host stops
    }
    return answered;
  }

  /** Ends the oldest records if there are more than there may be. */
  void bound() {
    try {
      long excess = count() - settings.maxRecords;
      while (excess > 0 && endOldest((int) Math.min(excess, MOST_ENDED)) > 0) {
        excess = count() - settings.maxRecords; // other hosts end some at the same time
      }
    } catch (RuntimeException e) {
      if (warnings.isDue()) {
        log.info("The number of audit records could not be bounded now: {}", e.getMessage());
      }
    }
  }

  private static QueryTask.Builder query() {
    return QueryTask.Builder.createDirectTask()
        .setQuery(
            Query.Builder.create()
                .addFieldClause(ServiceDocument.FIELD_NAME_KIND, AuditRecord.KIND)
                .build());
  }

  private QueryTask asked(QueryTask task) {
    Operation answer =
        send(Operation.createPost(host, ServiceUriPaths.CORE_QUERY_TASKS).setBodyNoCloning(task))
            .join();
    if (answer.getStatusCode() >= CLIENT_ERROR) {
      throw new IllegalStateException("the query was answered with " + answer.getStatusCode());
    }
    return answer.getBody(QueryTask.class);
  }

  private long count() {
    QueryTask counted = asked(query().addOption(QueryOption.COUNT).build());
    Long count = counted.results == null ? null : counted.results.documentCount;
    return count == null ? 0 : count;
  }

  private int endOldest(int most) {
    QueryTask found =
        asked(
            query()
                .orderAscending(AuditRecord.FIELD_NAME_TIME_MICROS, TypeName.LONG)
                .addOption(QueryOption.TOP_RESULTS)
                .setResultLimit(most)
                .build());
    List<String> links =
        found.results == null || found.results.documentLinks == null
            ? List.of()
            : found.results.documentLinks;
    List<CompletableFuture<Operation>> answers = new ArrayList<>();
    for (String link : links) {
      AuditRecord end = new AuditRecord();
      end.documentExpirationTimeMicros = time.nowMicros().getAsLong();
      answers.add(send(Operation.createDelete(host, link).setBodyNoCloning(end)));
    }
    return (int)
        answers.stream().filter(answer -> answer.join().getStatusCode() < CLIENT_ERROR).count();
  }
}
