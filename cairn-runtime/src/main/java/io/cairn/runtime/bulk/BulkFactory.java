// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.bulk;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;

/**
 * A factory, and what is known of its documents.
 *
 * @param link of the factory
 * @param kind of the documents
 * @param description of the documents
 * @param type their class
 * @param isDurable whether they are on disk, so that queries find them
 */
public record BulkFactory(
    String link,
    String kind,
    ServiceDocumentDescription description,
    Class<? extends ServiceDocument> type,
    boolean isDurable) {}
