// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.document.DocumentKind;

/**
 * What subscribers of the document index are told: what a host had indexed is in the files of its
 * index now. It says nothing of what was acknowledged, which was in the log before.
 */
@DocumentKind(CommitInfo.KIND)
public class CommitInfo {
  public static final String KIND =
      "com:vmware:xenon:services:common:LuceneDocumentIndexService:CommitInfo";

  public String kind = KIND;

  /**
   * The log indexes up to which the host's copies are in their files, added up: it rises with every
   * commit, as long as the host keeps its copies.
   */
  public long sequenceNumber;
}
