// SPDX-License-Identifier: Apache-2.0
/** Many documents at a time: import, export, requests about many, updates by query. */
@NullMarked
package io.cairn.runtime.bulk;

import org.jspecify.annotations.NullMarked;
