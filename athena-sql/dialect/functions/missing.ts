/**
 * Functions that Trino has and this dialect has not. They are told apart from names that do not exist at all.
 */
export const MISSING: ReadonlySet<string> = new Set(
  (
    "approx_most_frequent approx_set bar beta_cdf bing_tile checksum combinations contains_sequence " +
    "cosine_similarity crc32 empty_approx_set entropy " +
    "evaluate_classifier_predictions from_base32 from_base64url from_big_endian_32 from_big_endian_64 from_encoded_polyline " +
    "from_ieee754_32 from_ieee754_64 from_iso8601_timestamp_nanos great_circle_distance hash_counts " +
    "hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 human_readable_seconds intersection_cardinality inverse_beta_cdf " +
    "inverse_normal_cdf jaccard_index json_array json_array_contains json_array_get json_exists json_object " +
    "json_query json_value kurtosis learn_classifier luhn_check make_set_digest map_union map_zip_with " +
    "merge_set_digest multimap_from_entries murmur3 ngrams normal_cdf numeric_histogram parse_data_size " +
    "qdigest_agg reduce_agg regr_avgx regr_avgy regr_count regr_r2 render rgb " +
    "sha512 simplify_geometry skewness soundex spooky_hash_v2_32 spooky_hash_v2_64 split_to_map split_to_multimap " +
    "st_area st_contains st_distance st_geometryfromtext st_point tdigest_agg timezone_hour timezone_minute to_base32 " +
    "to_base64url to_big_endian_32 to_big_endian_64 to_char to_date to_geometry to_ieee754_32 to_ieee754_64 " +
    "to_milliseconds to_timestamp url_decode url_encode url_extract_fragment " +
    "url_extract_parameter url_extract_port value_at_quantile values_at_quantiles wilson_interval_lower " +
    "wilson_interval_upper word_stem xxhash64 bitwise_left_shift bitwise_right_shift " +
    "bitwise_right_shift_arithmetic bitwise_xor_agg"
  ).split(" "),
);
