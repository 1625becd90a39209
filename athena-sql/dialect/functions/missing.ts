/**
 * Functions that Trino has and this dialect has not. They are told apart from names that do not exist at all.
 */
export const MISSING: ReadonlySet<string> = new Set(
  (
    "array_histogram color version parse_duration parse_presto_data_size merge quantile_at_value value_at_quantile " +
    "approx_most_frequent approx_set bar beta_cdf bing_tile checksum combinations contains_sequence " +
    "cosine_similarity empty_approx_set entropy " +
    "evaluate_classifier_predictions from_big_endian_32 from_big_endian_64 from_encoded_polyline " +
    "from_ieee754_32 from_ieee754_64 from_iso8601_timestamp_nanos great_circle_distance hash_counts " +
    "human_readable_seconds intersection_cardinality inverse_beta_cdf " +
    "inverse_normal_cdf jaccard_index " +
    "kurtosis learn_classifier luhn_check make_set_digest map_union map_zip_with " +
    "merge_set_digest multimap_from_entries murmur3 ngrams normal_cdf numeric_histogram parse_data_size " +
    "qdigest_agg reduce_agg regr_avgx regr_avgy regr_count regr_r2 render rgb " +
    "simplify_geometry skewness spooky_hash_v2_32 spooky_hash_v2_64 split_to_map split_to_multimap " +
    "st_area st_contains st_distance st_geometryfromtext st_point tdigest_agg " +
    "to_char to_date to_geometry to_ieee754_32 to_ieee754_64 " +
    "to_timestamp " +
    "value_at_quantile values_at_quantiles wilson_interval_lower " +
    "wilson_interval_upper word_stem " +
    "bitwise_xor_agg"
  ).split(" "),
);
