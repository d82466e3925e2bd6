// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.dispatch;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.document.ServiceDocument;
import io.cairn.query.QueryTask.Query;
import io.cairn.query.QueryTask.QuerySpecification;
import io.cairn.query.QueryTask.QueryTerm;
import io.cairn.runtime.documents.PartitionMachine;
import io.cairn.runtime.documents.PartitionedStorage;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.stateful.ServiceType;
import io.cairn.runtime.stateful.StatefulServices;
import io.cairn.service.Operation;
import io.cairn.service.Service.Action;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.ServiceHost;
import io.cairn.service.ServiceMaintenanceRequest;
import io.cairn.service.StatefulService;
import io.cairn.service.UriUtils;
import io.cairn.store.DocumentStore;
import io.cairn.store.search.DocumentSearch;
import io.cairn.store.search.SearchCursor;
import io.cairn.store.search.SearchHit;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the few children that must run without being asked: those with periodic maintenance, and
 * tasks that had not finished when the host stopped; and those that ask to hear when another node
 * stops owning them. All others wait on disk until they are needed, so that a restart takes no
 * longer however many there are.
 */
public final class ChildResumption {

  private static final Logger log = LoggerFactory.getLogger(ChildResumption.class);
  private static final int PAGE = 1000;
  private static final int MAX_WAKING = 64;

  private final ServiceHost host;
  private final StatefulServices stateful;

  public ChildResumption(ServiceHost host, StatefulServices stateful) {
    this.host = host;
    this.stateful = stateful;
  }

  /** Wakes what a factory that has just started must have running, on another thread. */
  public void resume(ServiceRegistry.Factory factory) {
    if (factory.children().documents() instanceof PartitionedStorage documents) {
      resume(factory, documents.ownedStores());
    }
  }

  /** Wakes those whose documents are in stores that this node has begun to own. */
  public void resume(ServiceRegistry.Factory factory, List<DocumentStore> stores) {
    StatefulService prototype = prototypeOf(factory);
    Query which = prototype == null ? null : whichOf(prototype);
    if (which != null) {
      wakeAll(factory, stores, which, awake -> {});
    }
  }

  /**
   * Wakes all whose documents another node has owned so far, if their author wants to hear of that,
   * and tells them.
   */
  public void takeOver(ServiceRegistry.Factory factory, List<Partition> partitions) {
    if (factory.children().model().hearsOfOwner()) {
      List<DocumentStore> stores =
          partitions.stream()
              .map(Partition::machine)
              .filter(PartitionMachine.class::isInstance)
              .map(machine -> ((PartitionMachine) machine).store())
              .toList();
      wakeAll(factory, stores, all(), ChildResumption::tellOwner);
    }
  }

  /** As the other form, of a service that no factory made. */
  public void takeOver(ServiceType type, String link) {
    if (type.model().hearsOfOwner()) {
      stateful.withService(
          type, link, waking(link, () -> {}), Action.GET, ChildResumption::tellOwner);
    }
  }

  private static void tellOwner(StatefulService service) {
    MaintenanceScheduler.tellGroupChange(
        service, ServiceMaintenanceRequest.ownerToggled(true), () -> {});
  }

  private void wakeAll(
      ServiceRegistry.Factory factory,
      List<DocumentStore> stores,
      Query which,
      Consumer<StatefulService> then) {
    if (stores.isEmpty()) {
      return;
    }
    QuerySpecification specification = new QuerySpecification();
    specification.query =
        new Query()
            .addBooleanClause(
                term(ServiceDocument.FIELD_NAME_KIND, factory.children().model().kind()))
            .addBooleanClause(term(DocumentSearch.PROPERTY_PARENT, factory.link()))
            .addBooleanClause(which);
    specification.resultLimit = PAGE;
    host.run(() -> wakeAll(factory, DocumentSearch.over(stores), specification, then));
  }

  private @Nullable StatefulService prototypeOf(ServiceRegistry.Factory factory) {
    try {
      StatefulService prototype = (StatefulService) factory.service().newChild();
      prototype.setHost(host);
      return prototype;
    } catch (Exception e) {
      log.error("The children of {} cannot be made", factory.link(), e);
      return null;
    }
  }

  private static @Nullable Query whichOf(StatefulService prototype) {
    if (prototype.hasOption(ServiceOption.PERIODIC_MAINTENANCE)) {
      return all();
    }
    return prototype.resumeQuery();
  }

  private static Query all() {
    return term(ServiceDocument.FIELD_NAME_SELF_LINK, "/")
        .setTermMatchType(QueryTerm.MatchType.PREFIX);
  }

  private static Query term(String name, String value) {
    return new Query().setTermPropertyName(name).setTermMatchValue(value);
  }

  private void wakeAll(
      ServiceRegistry.Factory factory,
      DocumentSearch search,
      QuerySpecification which,
      Consumer<StatefulService> then) {
    Semaphore waking = new Semaphore(MAX_WAKING);
    long woken = 0;
    try (SearchCursor cursor = search.open(which)) {
      SearchCursor.Position position = cursor.first();
      while (position != null && host.isStarted()) {
        SearchCursor.Page page = cursor.read(position);
        for (SearchHit hit : page.hits()) {
          waking.acquire();
          wake(factory, hit.link(), waking, then);
          woken++;
        }
        position = page.next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (host.isStarted()) {
        log.error("Could not resume the children of {}, {} were resumed", factory.link(), woken, e);
      }
      return;
    }
    if (woken > 0) {
      log.info("Resumed {} children of {}", woken, factory.link());
    }
  }

  private void wake(
      ServiceRegistry.Factory factory,
      String link,
      Semaphore waking,
      Consumer<StatefulService> then) {
    AtomicBoolean released = new AtomicBoolean();
    Runnable release =
        () -> {
          if (released.compareAndSet(false, true)) {
            waking.release();
          }
        };
    stateful.withService(
        factory.children(),
        link,
        waking(link, release),
        Action.GET,
        awake -> {
          release.run();
          then.accept(awake);
        });
  }

  private Operation waking(String link, Runnable then) {
    return Operation.createGet(UriUtils.buildUri(host, link))
        .setReferer(host.getUri())
        .setAuthorizationContext(SubjectContext.SYSTEM)
        .setCompletion(
            (done, failure) -> {
              then.run();
              if (failure != null && done.getStatusCode() != Operation.STATUS_CODE_NOT_FOUND) {
                log.warn("Could not resume {}", link, failure);
              }
            });
  }
}
