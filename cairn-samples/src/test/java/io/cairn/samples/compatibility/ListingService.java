// SPDX-License-Identifier: Apache-2.0
package io.cairn.samples.compatibility;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.StatefulService;
import io.cairn.service.Utils;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;

/**
 * A service with the shape of the example in Xenon's tutorial: the same fields, overrides and
 * calls, statement by statement. That it compiles is the test; {@link ListingServiceTest} runs it.
 */
public class ListingService extends StatefulService {
  public static final String FACTORY_LINK = ServiceUriPaths.CORE + "/listing-examples";

  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(ListingService.class, ListingState.class);
  }

  /** The state. */
  public static class ListingState extends ServiceDocument {
    public static final String FIELD_NAME_KEY_VALUES = "keyValues";
    public static final String FIELD_NAME_NAME = "name";
    public static final long VERSION_RETENTION_LIMIT = 100;

    public Map<String, String> keyValues = new HashMap<>();
    public Long counter;

    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public String name;
  }

  public ListingService() {
    super(ListingState.class);
    super.toggleOption(ServiceOption.PERSISTENCE, true);
    super.toggleOption(ServiceOption.REPLICATION, true);
    super.toggleOption(ServiceOption.INSTRUMENTATION, true);
    super.toggleOption(ServiceOption.OWNER_SELECTION, true);
  }

  @Override
  public void handleStart(Operation startPost) {
    if (startPost.hasBody()) {
      ListingState initial = getBody(startPost);
      logFine("Started with name %s", initial.name);
    }
    startPost.complete();
  }

  @Override
  public void handlePut(Operation put) {
    ListingState next = getBody(put);
    ListingState present = super.getState(put);
    if (present.name != null && next.name == null) {
      put.fail(new IllegalArgumentException("a name is needed"));
      return;
    }
    updateCounter(next, present, false);
    super.setState(put, next);
    put.complete();
  }

  @Override
  public void handlePatch(Operation patch) {
    ListingState merged = updateState(patch);
    if (merged == null) {
      return;
    }
    patch.complete();
  }

  private ListingState updateState(Operation update) {
    ListingState body = getBody(update);
    ListingState present = getState(update);
    boolean hasStateChanged = Utils.mergeWithState(getStateDescription(), present, body);
    updateCounter(body, present, hasStateChanged);
    if (body.keyValues != null && !body.keyValues.isEmpty()) {
      for (Entry<String, String> e : body.keyValues.entrySet()) {
        present.keyValues.put(e.getKey(), e.getValue());
      }
    }
    if (body.documentExpirationTimeMicros != 0) {
      present.documentExpirationTimeMicros = body.documentExpirationTimeMicros;
    }
    update.setBody(present);
    return present;
  }

  private boolean updateCounter(ListingState body, ListingState present, boolean hasStateChanged) {
    if (body.counter != null) {
      if (present.counter == null) {
        present.counter = body.counter;
      }
      present.counter = Math.max(body.counter, present.counter);
      body.counter = present.counter;
      hasStateChanged = true;
    }
    return hasStateChanged;
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    PropertyDescription keyValues =
        template.documentDescription.propertyDescriptions.get(ListingState.FIELD_NAME_KEY_VALUES);
    keyValues.indexingOptions.add(PropertyIndexingOption.EXPAND);
    PropertyDescription name =
        template.documentDescription.propertyDescriptions.get(ListingState.FIELD_NAME_NAME);
    name.indexingOptions.add(PropertyIndexingOption.SORT);
    template.documentDescription.versionRetentionLimit = ListingState.VERSION_RETENTION_LIMIT;
    return template;
  }
}
