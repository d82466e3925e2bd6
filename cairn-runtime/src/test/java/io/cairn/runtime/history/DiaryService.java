// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocument.PropertyOptions;
import io.cairn.document.ServiceDocument.UsageOption;
import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.Operation;
import io.cairn.service.Service.ServiceOption;
import io.cairn.service.StatefulService;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document of which few versions are kept, and whose PUT refuses some states. */
public class DiaryService extends StatefulService {

  public static final long RETENTION_LIMIT = 6;
  public static final long RETENTION_FLOOR = 3;

  /** The document. */
  public static class Diary extends ServiceDocument {
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    @PropertyOptions(indexing = PropertyIndexingOption.SORT)
    public @Nullable String text;

    public long number;
    public double weight;
    public boolean open;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable List<String> tags;

    @PropertyOptions(indexing = PropertyIndexingOption.EXPAND)
    public @Nullable Map<String, String> notes;
  }

  /** The same, of which few versions are kept. */
  public static class ShortDiary extends Diary {}

  private final boolean keepsFew;

  /** As a factory makes it. */
  public DiaryService(boolean keepsFew, ServiceOption... options) {
    super(keepsFew ? ShortDiary.class : Diary.class);
    this.keepsFew = keepsFew;
    toggleOption(ServiceOption.PERSISTENCE, true);
    toggleOption(ServiceOption.REPLICATION, true);
    toggleOption(ServiceOption.OWNER_SELECTION, true);
    for (ServiceOption option : options) {
      toggleOption(option, true);
    }
  }

  @Override
  public ServiceDocument getDocumentTemplate() {
    ServiceDocument template = super.getDocumentTemplate();
    if (keepsFew) {
      template.documentDescription.versionRetentionLimit = RETENTION_LIMIT;
      template.documentDescription.versionRetentionFloor = RETENTION_FLOOR;
    }
    return template;
  }

  @Override
  public void handlePut(Operation put) {
    Diary body = getBody(put);
    if ("forbidden".equals(body.text)) {
      throw new IllegalArgumentException("text must not be forbidden");
    }
    setState(put, body);
    put.complete();
  }

  @Override
  public void handlePatch(Operation patch) {
    Diary state = getState(patch);
    Diary body = getBody(patch);
    if ("broken".equals(body.text)) {
      throw new IllegalArgumentException("text must not be broken");
    }
    state.text = body.text;
    state.tags = body.tags == null ? state.tags : body.tags;
    state.number++;
    patch.complete();
  }
}
