// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.examples;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;

/**
 * A document with a name, a counter that only grows, and key-value pairs: small, and with something
 * of everything that services do. Written as authors write services, without annotations of
 * nullness.
 */
@NullUnmarked
public class ExampleService extends StatefulService {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE + "/examples";

  /** A factory that updates an existing child when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(ExampleService.class, ExampleServiceState.class);
  }

  /** The document. */
  @DocumentKind("com:vmware:xenon:services:common:ExampleService:ExampleServiceState")
  public static class ExampleServiceState extends ServiceDocument {
    public static final String FIELD_NAME_KEY_VALUES = "keyValues";
    public static final String FIELD_NAME_NAME = "name";
    public static final String FIELD_NAME_COUNTER = "counter";
    public static final String FIELD_NAME_SORTED_COUNTER = "sortedCounter";
    public static final String FIELD_NAME_TAGS = "tags";
    public static final String FIELD_NAME_ID = "id";
    public static final String FIELD_NAME_REQUIRED = "required";
    public static final long VERSION_RETENTION_LIMIT = 100;
    public static final long VERSION_RETENTION_FLOOR = 20;

    @PropertyOptions(indexing = PropertyIndexingOption.FIXED_ITEM_NAME)
    public Map<String, String> keyValues = new HashMap<>();

    public Long counter;

    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public Long sortedCounter;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public String name;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Set<String> tags = new TreeSet<>();

    @UsageOption(option = PropertyUsageOption.ID)
    public String id;

    public String required;

    /** The tenants whose users see the document; others do if they belong to none. */
    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public Set<String> tenantLinks;
  }

  /** Declares what the runtime is to do for these documents. */
  public ExampleService() {
    super(ExampleServiceState.class);
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.INSTRUMENTATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void handleStart(Operation startPost) {
    if (startPost.hasBody()) {
      ExampleServiceState initial = getBody(startPost);
      logFine("Initial name is %s", initial.name);
    }
    startPost.complete();
  }

  @Override
  public void handlePut(Operation put) {
    ExampleServiceState next = getBody(put);
    ExampleServiceState current = getState(put);
    if (current.name != null && next.name == null) {
      put.fail(new IllegalArgumentException("name must be set"));
      return;
    }
    raiseCounter(next, current);
    setState(put, next);
    put.complete();
  }

  @RouteDocumentation(
      description = "Merges the body: the counter only grows, tags and key values are added",
      requestBodyType = ExampleServiceState.class)
  @Override
  public void handlePatch(Operation patch) {
    ExampleServiceState body = getBody(patch);
    ExampleServiceState current = getState(patch);
    Utils.mergeWithState(getStateDescription(), current, body);
    raiseCounter(body, current);
    if (body.sortedCounter != null) {
      current.sortedCounter = body.sortedCounter;
    }
    if (body.keyValues != null) {
      current.keyValues.putAll(body.keyValues);
    }
    if (body.tags != null) {
      current.tags.addAll(body.tags);
    }
    if (body.documentExpirationTimeMicros != 0) {
      current.documentExpirationTimeMicros = body.documentExpirationTimeMicros;
    }
    patch.setBody(current).complete();
  }

  /** Updates may arrive in any order, so the counter only moves up. */
  private static void raiseCounter(ExampleServiceState body, ExampleServiceState current) {
    if (body.counter == null) {
      body.counter = current.counter;
      return;
    }
    current.counter =
        current.counter == null ? body.counter : Math.max(body.counter, current.counter);
    body.counter = current.counter;
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    PropertyDescription keyValues =
        template.documentDescription.propertyDescriptions.get(
            ExampleServiceState.FIELD_NAME_KEY_VALUES);
    keyValues.indexingOptions.add(PropertyIndexingOption.EXPAND);
    PropertyDescription name =
        template.documentDescription.propertyDescriptions.get(ExampleServiceState.FIELD_NAME_NAME);
    name.indexingOptions.add(PropertyIndexingOption.SORT);
    template.documentDescription.versionRetentionLimit =
        ExampleServiceState.VERSION_RETENTION_LIMIT;
    template.documentDescription.versionRetentionFloor =
        ExampleServiceState.VERSION_RETENTION_FLOOR;
    return template;
  }
}
