select id, amount, version from {{ table("v_files") }} where exec_date = {{ exec_date }}
